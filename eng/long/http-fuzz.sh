#!/usr/bin/env bash
# The whole HTTP surface, fuzzed from its description: 50,000 requests, as described and changed in all ways, on a real server. The seed is
# new at every run and is printed. CONCORD_FUZZ_REQUESTS=N: how many. CONCORD_FUZZ_SEED=N: that run again.
set -euo pipefail
cd "$(dirname "$0")/../.."

export CONCORD_FUZZ_REQUESTS=${CONCORD_FUZZ_REQUESTS:-50000}
export CONCORD_FUZZ_SEED=${CONCORD_FUZZ_SEED:-$((RANDOM * 32768 + RANDOM))}
echo "CONCORD_FUZZ_SEED=$CONCORD_FUZZ_SEED CONCORD_FUZZ_REQUESTS=$CONCORD_FUZZ_REQUESTS"
dotnet test tests/PixPax.Host.Tests --nologo -v q --filter FullyQualifiedName~PixPax.Host.Tests.Fuzz --logger "console;verbosity=detailed"
