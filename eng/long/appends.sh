#!/usr/bin/env bash
# Appends under every fault, alone and in every pair of small commits, in every order of what comes after; sixteen writers in four
# processes with 200 appends each on one stream; writers stopped, resumed and killed. CONCORD_LONG makes the suite's tests whole.
set -euo pipefail
cd "$(dirname "$0")/../.."

CONCORD_LONG=1 dotnet test tests/Concord.Receipts.Tests --nologo \
  --filter "FullyQualifiedName~AppendConformance|FullyQualifiedName~RacingWriters" --logger "console;verbosity=normal"
