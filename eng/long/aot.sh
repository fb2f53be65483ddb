#!/usr/bin/env bash
# Publishes the verifier sample as one native program, with the whole SDK rooted and every trim and AOT warning an error, and compares
# what it says with what the managed program says: on a good bundle, on damaged ones, and on every bundle of tests/vectors.
set -euo pipefail
cd "$(dirname "$0")/../.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
native=$work/native/VerifyOffline
case "$(uname -m)" in aarch64) rid=linux-arm64 ;; *) rid=linux-x64 ;; esac
compiler=()
command -v clang >/dev/null || compiler=(-p:CppCompilerAndLinker=gcc)

dotnet publish samples/VerifyOffline -r "$rid" -p:PublishAot=true "${compiler[@]}" -p:LockFileFolder="$work/locks" \
  --artifacts-path "$work/artifacts" -o "$work/native" -nologo >"$work/publish.log" 2>&1 || { cat "$work/publish.log"; exit 1; }
if grep -E 'warning|error' "$work/publish.log"; then
  echo "aot: the publish warns." >&2
  exit 1
fi
[ ! -e "$work/native/VerifyOffline.dll" ] || { echo "aot: this is not a native program." >&2; exit 1; }

dotnet build samples/QuickStart -nologo -clp:ErrorsOnly
dotnet build samples/VerifyOffline -nologo -clp:ErrorsOnly
managed=samples/VerifyOffline/bin/Debug/net10.0/VerifyOffline.dll
dotnet samples/QuickStart/bin/Debug/net10.0/QuickStart.dll "$work" >/dev/null
good=$work/shopping.receipts.jsonl
sed 's/milk/wine/' "$good" >"$work/changed.jsonl"
sed 's/"ecdsa-p256:./"ecdsa-p256:A/' "$good" >"$work/signature.jsonl"
head -n 3 "$good" >"$work/short.jsonl"

compared=0
same() { # EXPECTED_EXIT (or -) ARGUMENTS…
  local expected=$1 managed_exit=0 native_exit=0
  shift
  dotnet "$managed" "$@" >"$work/managed.txt" 2>&1 || managed_exit=$?
  "$native" "$@" >"$work/native.txt" 2>&1 || native_exit=$?
  if [ "$managed_exit" != "$native_exit" ] || ! diff "$work/managed.txt" "$work/native.txt"; then
    echo "aot: managed ($managed_exit) and native ($native_exit) say different things of: $*" >&2
    exit 1
  fi
  if [ "$expected" != - ] && [ "$expected" != "$native_exit" ]; then
    echo "aot: expected exit code $expected, found $native_exit, of: $*" >&2
    exit 1
  fi
  compared=$((compared + 1))
}
same 0 "$good" "$work/trust.json"
same 3 "$good"
same 1 "$work/changed.jsonl" "$work/trust.json"
same 1 "$work/signature.jsonl" "$work/trust.json"
same 1 "$work/short.jsonl" "$work/trust.json"
same 1 "$work/trust.json" "$work/trust.json"
same 2 "$work/absent.jsonl"
while IFS= read -r bundle; do
  same - "$bundle"
done < <(find tests/vectors -name '*.receipts.jsonl' 2>/dev/null | sort)
echo "aot: one native program of $(($(stat -c %s "$native") / 1024 / 1024)) MB, no warnings, $compared verdicts the same."
