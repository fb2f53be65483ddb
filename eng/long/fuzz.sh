#!/usr/bin/env bash
# Every parser of receipts, bundles, trust files, commits, key histories and stores, fuzzed with coverage as the guide; and beside the
# second implementation in Node.js, which must give the same verdicts. CONCORD_FUZZ_SECONDS=N: seconds for each target, and as many again
# for each that is compared (60).
set -euo pipefail
# Branches are counted by one thread at a time.
export DOTNET_PROCESSOR_COUNT=1
cd "$(dirname "$0")/../.."

seconds=${CONCORD_FUZZ_SECONDS:-60}
DOTNET_PROCESSOR_COUNT= dotnet build tests/Concord.Fuzzing -c Release -nologo -v q "-clp:ErrorsOnly;NoSummary"
program=$(dotnet tests/Concord.Fuzzing/bin/Release/net10.0/Concord.Fuzzing.dll instrument artifacts/fuzz/instrumented)
status=0
dotnet "$program" run all --seconds "$seconds" || status=1
if command -v node >/dev/null; then
  dotnet "$program" run all --seconds "$seconds" --peer || status=1
else
  echo "fuzz: node is missing (Debian: nodejs): no verdict was compared with the second implementation." >&2
  status=1
fi
exit "$status"
