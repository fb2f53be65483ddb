# Operators, for 'PixPax.Host init', 'doctor' and 'keys': make the platform's key and its successor, rotate it, end a key that was stolen. Not for a
# process that serves requests. Nobody deletes, trims, exports or backs up a key with it.
#
# MOUNT stands for the path of the Transit engine; setup.sh puts it in.

path "MOUNT/keys/platform" {
  capabilities = ["read", "update"]

  allowed_parameters = {
    "type"                   = ["ecdsa-p256"]
    "exportable"             = [false]
    "allow_plaintext_backup" = [false]
    "derived"                = [false]
  }
}

# Key histories are signed by the platform, also the end of an identity's key.
path "MOUNT/sign/platform" {
  capabilities = ["update"]
}

path "MOUNT/keys/+" {
  capabilities = ["read"]
}

# Ending the newest version of a key rotates it first.
path "MOUNT/keys/+/rotate" {
  capabilities = ["update"]
}

path "MOUNT/keys/+/config" {
  capabilities = ["update"]

  allowed_parameters = {
    "min_encryption_version" = []
  }
}

path "auth/token/renew-self" {
  capabilities = ["update"]
}
