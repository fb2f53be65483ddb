#!/usr/bin/env bash
# Packs the packages as for a release, references them from a fresh project with an empty package cache, verifies a good and a changed
# bundle there, and does the same with the installed tool. No feed is asked: what the packages stand on comes from this machine's own folder.
set -euo pipefail
cd "$(dirname "$0")/../.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
machine=$(dotnet nuget locals global-packages --list | sed 's/^[^:]*: *//')

for project in Concord.Receipts Concord.Signing.Vault Concord.Storage.Spaces Concord.Testing Concord.Cli PixPax.Client; do
  dotnet pack "src/$project" -c Release -p:RequireDeclaredApi=true -p:ContinuousIntegrationBuild=true --artifacts-path "$work/artifacts" \
    -p:LockFileFolder="$work/locks" -o "$work/feed" -nologo -clp:ErrorsOnly
done
version=$(basename "$work"/feed/Concord.Receipts.*.nupkg .nupkg)
version=${version#Concord.Receipts.}

dotnet build samples/QuickStart -nologo -clp:ErrorsOnly
dotnet samples/QuickStart/bin/Debug/net10.0/QuickStart.dll "$work/data" >/dev/null
good=$work/data/shopping.receipts.jsonl
changed=$work/data/changed.jsonl
trust=$work/data/trust.json
sed 's/milk/wine/' "$good" >"$changed"

# From here on nothing of the repository is in reach: another folder, other settings, an empty cache.
export NUGET_PACKAGES=$work/cache
mkdir "$work/fresh"
cp samples/VerifyOffline/Program.cs "$work/fresh/"
cat >"$work/fresh/nuget.config" <<EOF
<configuration>
  <packageSources><clear /><add key="packed" value="$work/feed" /><add key="machine" value="$machine" /></packageSources>
</configuration>
EOF
cat >"$work/fresh/Fresh.csproj" <<EOF
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <Nullable>enable</Nullable>
    <ImplicitUsings>enable</ImplicitUsings>
    <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Concord.Receipts" Version="[$version]" />
    <PackageReference Include="Concord.Signing.Vault" Version="[$version]" />
    <PackageReference Include="Concord.Storage.Spaces" Version="[$version]" />
    <PackageReference Include="Concord.Testing" Version="[$version]" />
    <PackageReference Include="PixPax.Client" Version="[$version]" />
  </ItemGroup>
</Project>
EOF
dotnet build "$work/fresh" -o "$work/built" -nologo -clp:ErrorsOnly
[ -f "$work/cache/concord.receipts/$version/README.md" ] || { echo "packages: Concord.Receipts did not come from the packed feed." >&2; exit 1; }

expect() { # EXIT WORD PROGRAM…
  local exit_code=0 said
  said=$("${@:3}" 2>&1) || exit_code=$?
  if [ "$exit_code" != "$1" ] || [ "$(tail -n 1 <<<"$said")" != "$2" ]; then
    echo "packages: expected $2 ($1), found exit code $exit_code of: ${*:3}" >&2
    echo "$said" >&2
    exit 1
  fi
}
expect 0 OK dotnet "$work/built/Fresh.dll" "$good" "$trust"
expect 1 FAILED dotnet "$work/built/Fresh.dll" "$changed" "$trust"

dotnet tool install Concord.Cli --version "[$version]" --tool-path "$work/tools" --configfile "$work/fresh/nuget.config" >/dev/null
expect 0 OK "$work/tools/concord" verify "$good" --trust "$trust"
expect 1 FAILED "$work/tools/concord" verify "$changed" --trust "$trust"
echo "packages: $(ls "$work/feed" | wc -l) files packed; a fresh project and the installed tool verify with version $version."
