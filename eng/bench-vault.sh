#!/usr/bin/env bash
# Measures signing with Transit on the development server and writes benchmarks/results/vault.md. Takes some seconds; best on a quiet machine.
#
#   eng/bench-vault.sh            all of it
#   eng/bench-vault.sh --quick    few rounds, into artifacts/: to see that it runs, not to judge by
set -euo pipefail
cd "$(dirname "$0")/.."

dotnet build benchmarks/Concord.Benchmarks.Vault -c Release -clp:ErrorsOnly --nologo
program=benchmarks/Concord.Benchmarks.Vault/bin/Release/net10.0/Concord.Benchmarks.Vault
server=src/Concord.Signing.Vault.DevServer/bin/Release/net10.0/Concord.Signing.Vault.DevServer
mkdir -p artifacts benchmarks/results
case ${1:-} in
  --quick) "$program" artifacts/vault.md "$server" quick ;;
  "") "$program" benchmarks/results/vault.md "$server" ;;
  *) echo "eng/bench-vault.sh: '$1' is not known; see the top of this file." >&2; exit 2 ;;
esac
