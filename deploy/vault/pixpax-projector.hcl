# A process that only reads receipts and projects them. It verifies with the public keys that stand in the receipts, and needs nothing of Transit:
# this policy is here so that it is given this and not another.

path "auth/token/renew-self" {
  capabilities = ["update"]
}
