#!/bin/sh
# Sets up Vault or OpenBao for PixPax: a Transit engine, the policies beside this script, and a Kubernetes role for each of them.
# It may be run again: what is there stays or is brought to what stands here. It makes no key; 'PixPax.Host init' does.
#
#   VAULT_ADDR=https://vault.example:8200 VAULT_TOKEN=… deploy/vault/setup.sh [--dry-run] [options]
#
#   --dry-run               prints what it would run, with the policies, and runs nothing
#   --cli NAME              vault or bao                                   (whichever is installed)
#   --mount PATH            of the Transit engine                          (transit)
#   --namespace NAME        the Kubernetes namespace of the pods           (pixpax)
#   --auth-mount PATH       of the Kubernetes login, below auth/           (kubernetes)
#   --kubernetes-host URL   of the Kubernetes API, where Vault runs outside of the cluster; without it Vault finds the one that it runs in
#   --no-kubernetes         only the engine and the policies: for other logins
set -eu

usage() { sed -n '2,/^set -eu/{/^#/s/^# \{0,1\}//p;}' "$0"; }
fail() { echo "setup.sh: $1" >&2; exit 2; }

folder=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
dry_run=false cli='' mount=transit namespace=pixpax auth_mount=kubernetes kubernetes_host='' kubernetes=true
while [ $# -gt 0 ]; do
  case $1 in
    --help | -h) usage; exit 0 ;;
    --dry-run) dry_run=true ;;
    --no-kubernetes) kubernetes=false ;;
    --cli | --mount | --namespace | --auth-mount | --kubernetes-host)
      [ $# -ge 2 ] || fail "$1 lacks its value."
      case $1 in
        --cli) cli=$2 ;;
        --mount) mount=$2 ;;
        --namespace) namespace=$2 ;;
        --auth-mount) auth_mount=$2 ;;
        --kubernetes-host) kubernetes_host=$2 ;;
      esac
      shift ;;
    *) fail "no option '$1'. Try: setup.sh --help" ;;
  esac
  shift
done
for path in "$mount" "$auth_mount"; do
  case $path in '' | /* | */ | *[!A-Za-z0-9_/-]*) fail "'$path' is no path of a mount: letters, digits, '_', '-', and '/' inside." ;; esac
done

if [ -z "$cli" ]; then
  if command -v vault >/dev/null; then cli=vault
  elif command -v bao >/dev/null; then cli=bao
  elif $dry_run; then cli=vault
  else fail "neither 'vault' nor 'bao' is installed. Install one, or name it with --cli."
  fi
fi

run() {
  if $dry_run; then echo "$cli $*"; else "$cli" "$@"; fi
}

# Whether something is mounted at a path, by a list of mounts as JSON.
is_mounted() {
  if $dry_run; then return 1; fi
  "$cli" "$1" list -format=json | grep -q "\"$2/\""
}

write_policy() {
  if $dry_run; then
    echo "$cli policy write $1 - <<'HCL'"
    sed "s|MOUNT/|$mount/|g" "$folder/$1.hcl"
    echo "HCL"
  else
    sed "s|MOUNT/|$mount/|g" "$folder/$1.hcl" | "$cli" policy write "$1" -
  fi
}

is_mounted secrets "$mount" || run secrets enable "-path=$mount" transit
for policy in pixpax-api pixpax-operator pixpax-projector; do write_policy "$policy"; done

$kubernetes || exit 0
is_mounted auth "$auth_mount" || run auth enable "-path=$auth_mount" kubernetes
if $dry_run || [ -n "$kubernetes_host" ] || ! "$cli" read "auth/$auth_mount/config" >/dev/null 2>&1; then
  run write "auth/$auth_mount/config" "kubernetes_host=${kubernetes_host:-https://kubernetes.default.svc}"
fi
for role in pixpax-api pixpax-operator pixpax-projector; do
  run write "auth/$auth_mount/role/$role" "bound_service_account_names=$role" "bound_service_account_namespaces=$namespace" \
    "token_policies=$role" token_no_default_policy=true token_ttl=1h token_max_ttl=24h
done
