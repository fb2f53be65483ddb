#!/usr/bin/env bash
# In front of a real RADOS Gateway every call of an append fails, and every two, in every place: the cases that eng/test.sh leaves out.
set -euo pipefail
cd "$(dirname "$0")/../.."

command -v radosgw >/dev/null || { echo "spaces-faults: radosgw is missing. eng/test.sh installs it (Debian packages ceph-mon ceph-osd radosgw ceph-common)." >&2; exit 1; }
dotnet build tests/Concord.Storage.Spaces.Tests -nologo -clp:ErrorsOnly
CI=true CONCORD_SPACES_FULL=1 \
  dotnet test tests/Concord.Storage.Spaces.Tests --no-build --nologo --logger "console;verbosity=normal" --filter "FullyQualifiedName~SpacesAppendConformanceTests"
