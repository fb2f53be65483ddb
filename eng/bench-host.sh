#!/usr/bin/env bash
# Measures the host against its own floor and writes benchmarks/results/host.md. Takes some two minutes; best on a quiet machine.
#
#   eng/bench-host.sh           all
#   eng/bench-host.sh --quick   few rounds: to see that it runs, not to judge by
set -euo pipefail
cd "$(dirname "$0")/.."

for tool in dotnet wrk; do
  command -v "$tool" >/dev/null || { echo "eng/bench-host.sh: '$tool' is missing. Install it (Debian: wrk) and try again." >&2; exit 2; }
done

report=benchmarks/results/host.md options=()
for argument in "$@"; do
  case "$argument" in
    --quick) options+=(quick) report=artifacts/host-quick.md ;;
    *) echo "eng/bench-host.sh: '$argument' is not known; see the top of this file." >&2; exit 2 ;;
  esac
done

mkdir -p artifacts benchmarks/results
dotnet build src/PixPax.Host -c Release -clp:ErrorsOnly --nologo
dotnet build benchmarks/PixPax.Host.Benchmarks -c Release -clp:ErrorsOnly --nologo
dotnet benchmarks/PixPax.Host.Benchmarks/bin/Release/net10.0/PixPax.Host.Benchmarks.dll run \
  "$PWD/src/PixPax.Host/bin/Release/net10.0/PixPax.Host.dll" src/PixPax.Host/SampleCollections/garden-birds-v1.publish.json "$report" "${options[@]}"
