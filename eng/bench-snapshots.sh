#!/usr/bin/env bash
# Measures loading a stream of 50,000 receipts from its commits, from archives and from its snapshot, and writes
# benchmarks/results/snapshots.md. Takes some minutes; best on a quiet machine.
#
#   eng/bench-snapshots.sh            all of it
#   eng/bench-snapshots.sh --quick    a short stream, into artifacts/: to see that it runs, not to judge by
set -euo pipefail
cd "$(dirname "$0")/.."

dotnet build benchmarks/Concord.Benchmarks -c Release -clp:ErrorsOnly --nologo
program=benchmarks/Concord.Benchmarks/bin/Release/net10.0/Concord.Benchmarks
mkdir -p artifacts benchmarks/results
case ${1:-} in
  --quick) "$program" long-streams artifacts/snapshots.md quick ;;
  "") "$program" long-streams benchmarks/results/snapshots.md ;;
  *) echo "eng/bench-snapshots.sh: '$1' is not known; see the top of this file." >&2; exit 2 ;;
esac
