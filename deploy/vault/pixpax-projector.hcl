# A process that only reads receipts and projects them. It verifies with the public keys that stand in the receipts. It signs snapshots of long
# streams, with a key that signs nothing else and that no receipt names; without that right it makes none.
#
# MOUNT stands for the path of the Transit engine; setup.sh puts it in.

path "MOUNT/sign/pixpax-snapshots" {
  capabilities = ["update"]
}

path "MOUNT/keys/pixpax-snapshots" {
  capabilities = ["read", "update"]

  allowed_parameters = {
    "type"                   = ["ecdsa-p256"]
    "exportable"             = [false]
    "allow_plaintext_backup" = [false]
    "derived"                = [false]
  }
}

path "auth/token/renew-self" {
  capabilities = ["update"]
}
