# The API: signs, and makes, rotates and ends keys of identities. The platform's key it reads and signs with, and no more: making, rotating and
# ending that one is for operators (pixpax-operator.hcl).
#
# MOUNT stands for the path of the Transit engine; setup.sh puts it in.

path "MOUNT/sign/+" {
  capabilities = ["update"]
}

path "MOUNT/keys/+" {
  capabilities = ["read", "update"]

  # A key is made as receipts need it, or not at all.
  allowed_parameters = {
    "type"                   = ["ecdsa-p256"]
    "exportable"             = [false]
    "allow_plaintext_backup" = [false]
    "derived"                = [false]
  }
}

path "MOUNT/keys/+/rotate" {
  capabilities = ["update"]
}

# Revoking ends the versions of a key below the one that is named. Nothing else of a key may be configured: not its export, not its deletion.
path "MOUNT/keys/+/config" {
  capabilities = ["update"]

  allowed_parameters = {
    "min_encryption_version" = []
  }
}

path "MOUNT/keys/platform" {
  capabilities = ["read"]
}

path "MOUNT/keys/platform/rotate" {
  capabilities = ["deny"]
}

path "MOUNT/keys/platform/config" {
  capabilities = ["deny"]
}

path "auth/token/renew-self" {
  capabilities = ["update"]
}
