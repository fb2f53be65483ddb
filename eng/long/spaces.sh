#!/usr/bin/env bash
# The store on a real RADOS Gateway at full size: 100,000 objects are listed in bounded memory, the head of 10,000 commits is found in at most
# 12 requests (3 with a hint), and the whole cluster is killed and started again five times under load.
set -euo pipefail
cd "$(dirname "$0")/../.."

command -v radosgw >/dev/null || { echo "spaces: radosgw is missing. eng/test.sh installs it (Debian packages ceph-mon ceph-osd radosgw ceph-common)." >&2; exit 1; }
dotnet build tests/Concord.Storage.Spaces.Tests -nologo -clp:ErrorsOnly
CI=true CONCORD_SPACES_OBJECTS=100000 CONCORD_SPACES_COMMITS=10000 CONCORD_SPACES_KILLS=5 \
  dotnet test tests/Concord.Storage.Spaces.Tests --no-build --nologo --logger "console;verbosity=normal" \
  --filter "FullyQualifiedName~SpacesListingTests|FullyQualifiedName~RequestCountTests|FullyQualifiedName~ServerKillTests"
