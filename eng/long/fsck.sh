#!/usr/bin/env bash
# concord fsck on stores of 10,000 and 100,000 receipts, in many streams and in one: the larger takes no more memory than the smaller.
# Says the peak working set and the time of each. CONCORD_FSCK_RECEIPTS=N makes the larger store another size.
set -euo pipefail
cd "$(dirname "$0")/../.."

figures=$(mktemp)
trap 'rm -f "$figures"' EXIT
status=0
CONCORD_FSCK_RECEIPTS=${CONCORD_FSCK_RECEIPTS:-100000} CONCORD_FSCK_FIGURES=$figures \
  dotnet test tests/Concord.Cli.Tests --nologo --filter "FullyQualifiedName~FsckScaleTests" --logger "console;verbosity=minimal" || status=$?
cat "$figures"
exit "$status"
