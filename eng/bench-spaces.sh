#!/usr/bin/env bash
# Measures the store on a real RADOS Gateway and writes benchmarks/results/spaces.md. Takes some minutes; best on a quiet machine.
#
#   eng/bench-spaces.sh            all of it
#   eng/bench-spaces.sh --quick    few rounds, into artifacts/: to see that it runs, not to judge by
set -euo pipefail
cd "$(dirname "$0")/.."

command -v radosgw >/dev/null || { echo "eng/bench-spaces.sh: radosgw is missing. eng/test.sh installs it (Debian packages ceph-mon ceph-osd radosgw ceph-common)." >&2; exit 2; }
dotnet build benchmarks/Concord.Benchmarks.Spaces -c Release -clp:ErrorsOnly --nologo
program=benchmarks/Concord.Benchmarks.Spaces/bin/Release/net10.0/Concord.Benchmarks.Spaces
mkdir -p artifacts benchmarks/results
case ${1:-} in
  --quick) "$program" artifacts/spaces.md quick ;;
  "") "$program" benchmarks/results/spaces.md ;;
  *) echo "eng/bench-spaces.sh: '$1' is not known; see the top of this file." >&2; exit 2 ;;
esac
