#!/usr/bin/env bash
# Builds everything and runs all tests. Installs what they need where it can (Debian, as root).
# The last line is "N passed, N failed, N skipped".
#
#   eng/test.sh               all tests
#   eng/test.sh --filter X    only those that match (see 'dotnet test --help')
set -uo pipefail
cd "$(dirname "$0")/.."

if ! command -v dotnet >/dev/null; then
  echo "eng/test.sh: the .NET SDK is missing. Install .NET 10 (https://dotnet.microsoft.com/download) and try again." >&2
  exit 2
fi

# What tests run besides .NET, and the Debian packages that bring it:
# curl and jq for the README's walk, plantuml for the diagrams, spin and gcc for the models (gcc needs the C library's headers), node for
# the second implementation that judges the golden vectors and, with npm, for the better-auth server that sign-in is tested against and the linter of the API's description and the rules that pages are held to, Ceph and its RADOS Gateway for the object store, SoftHSM (and OpenSC to look into it)
# for the PKCS#11 sample.
declare -A packages=([radosgw]="ceph-mon ceph-osd radosgw ceph-common" [curl]=curl [jq]=jq [plantuml]=plantuml [spin]=spin [gcc]="gcc libc6-dev" [node]=nodejs [npm]=npm [softhsm2-util]=softhsm2 [pkcs11-tool]=opensc)
missing=()
for tool in "${!packages[@]}"; do command -v "$tool" >/dev/null || missing+=("$tool"); done
if [ ${#missing[@]} -gt 0 ]; then
  if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    install=()
    for tool in "${missing[@]}"; do read -ra names <<<"${packages[$tool]}"; install+=("${names[@]}"); done
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${install[@]}" >/dev/null
  fi
  for tool in "${missing[@]}"; do
    command -v "$tool" >/dev/null || echo "eng/test.sh: '$tool' is missing. The tests that need it are skipped; with CI=true they fail." >&2
  done
fi

# A database server for the tests of the projection. Its programs are in no PATH.
if ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
  command -v apt-get >/dev/null && [ "$(id -u)" = 0 ] && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql >/dev/null
  ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || echo "eng/test.sh: PostgreSQL is missing. The tests that need it are skipped; with CI=true they fail." >&2
fi

# A browser for the tests of the page: large, so only where it is missing. Without one those tests skip, and fail in CI.
if ! command -v chromium >/dev/null && ! command -v chromium-browser >/dev/null && ! command -v google-chrome >/dev/null \
  && command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null \
    || echo "eng/test.sh: chromium could not be installed." >&2
fi

results=artifacts/test-results
rm -rf "$results"
dotnet restore Concord.sln || exit 1
dotnet build Concord.sln --no-restore -clp:ErrorsOnly || exit 1

# One project after the other: several start servers, and two cores are soon busy.
status=0
for project in tests/*.Tests/*.csproj; do
  name=$(basename "$project" .csproj)
  echo "== $name"
  dotnet test "$project" --no-build --nologo --logger "trx;LogFileName=$name.trx" --results-directory "$results" \
    --logger "console;verbosity=minimal" --blame-hang-timeout 10m "$@" || status=1
  # A run that dies leaves no results, and must not look like one without failures.
  [ -f "$results/$name.trx" ] || { echo "$name: the test run ended without results." >&2; status=1; }
done

count() { cat "$results"/*.trx 2>/dev/null | grep -o "<Counters [^>]*" | grep -o " $1=\"[0-9]*\"" | grep -o '[0-9]*' | awk '{ n += $1 } END { print n + 0 }'; }
passed=$(count passed)
failed=$(count failed)
skipped=$(( $(count total) - $(count executed) ))
[ "$status" = 0 ] || [ "$failed" -gt 0 ] || failed=1
echo "$passed passed, $failed failed, $skipped skipped"
exit "$status"
