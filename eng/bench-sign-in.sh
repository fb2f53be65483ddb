#!/usr/bin/env bash
# Measures the host by each way to sign in against a bare endpoint and writes benchmarks/results/sign-in.md. Takes some four minutes;
# best on a quiet machine. PostgreSQL is started by it.
#
#   eng/bench-sign-in.sh           all
#   eng/bench-sign-in.sh --quick   few rounds: to see that it runs, not to judge by
set -euo pipefail
cd "$(dirname "$0")/.."

for tool in dotnet wrk; do
  command -v "$tool" >/dev/null || { echo "eng/bench-sign-in.sh: '$tool' is missing. Install it (Debian: wrk) and try again." >&2; exit 2; }
done

report=benchmarks/results/sign-in.md options=()
for argument in "$@"; do
  case "$argument" in
    --quick) options+=(quick) report=artifacts/sign-in-quick.md ;;
    *) echo "eng/bench-sign-in.sh: '$argument' is not known; see the top of this file." >&2; exit 2 ;;
  esac
done

mkdir -p artifacts benchmarks/results
dotnet build src/PixPax.Host -c Release -clp:ErrorsOnly --nologo
dotnet build benchmarks/PixPax.Host.Benchmarks -c Release -clp:ErrorsOnly --nologo
dotnet benchmarks/PixPax.Host.Benchmarks/bin/Release/net10.0/PixPax.Host.Benchmarks.dll sign-in \
  "$PWD/src/PixPax.Host/bin/Release/net10.0/PixPax.Host.dll" src/PixPax.Host/SampleCollections/garden-birds-v1.publish.json "$report" "${options[@]}"
