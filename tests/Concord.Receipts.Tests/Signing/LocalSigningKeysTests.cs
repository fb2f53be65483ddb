using System.Runtime.Versioning;
using System.Security.Cryptography;
using Concord.Receipts.Hashing;
using Concord.Receipts.Signing;
using Concord.Receipts.Tests.Storage;

namespace Concord.Receipts.Tests.Signing;

public sealed class LocalSigningKeysTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Sha256Hash[] _digests = [Sha256Hash.Of("one"u8), Sha256Hash.Of("two"u8)];

    private LocalSigningKeys Keys => new(_folder["keys"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_key_signs_every_digest_in_order()
    {
        var signer = await Keys.CreateAsync("platform", 1);
        var signatures = await signer.SignAsync(_digests);
        Assert.Equal(2, signatures.Count);
        Assert.True(signer.PublicKey.Verify(_digests[0], signatures[0]));
        Assert.True(signer.PublicKey.Verify(_digests[1], signatures[1]));
        Assert.Equal("local", Keys.Provider);
    }

    [SkippableFact]
    [UnsupportedOSPlatform("windows")]
    public async Task Only_the_owner_may_read_the_file_and_enter_the_folder()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no file modes.");
        await Keys.CreateAsync("platform", 1);
        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(Owner | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder["keys"]));
        Assert.Equal(Owner, File.GetUnixFileMode(_folder["keys/platform.1.pem"]));
        Assert.Equal([_folder["keys/platform.1.pem"]], Directory.GetFiles(_folder["keys"]));
    }

    [Fact]
    public async Task Creating_a_key_again_gives_the_same_one()
    {
        var first = await Keys.CreateAsync("platform", 1);
        Assert.Equal(first.PublicKey.Id, (await Keys.CreateAsync("platform", 1)).PublicKey.Id);
        Assert.Equal(first.PublicKey.Id, (await Keys.OpenAsync("platform", 1)).PublicKey.Id);
        Assert.NotEqual(first.PublicKey.Id, (await Keys.CreateAsync("platform", 2)).PublicKey.Id);
        Assert.NotEqual(first.PublicKey.Id, (await Keys.CreateAsync("other", 1)).PublicKey.Id);
    }

    [Fact]
    public async Task Many_who_create_one_key_at_once_all_get_the_same_one()
    {
        for (var version = 1; version <= 5; version++)
        {
            using var start = new Barrier(8);
            var signers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Factory.StartNew(
                async () =>
                {
                    start.SignalAndWait();
                    return await Keys.CreateAsync("raced", version);
                },
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap()));
            Assert.Single(signers.Select(signer => signer.PublicKey.Id).Distinct());
        }
        Assert.Equal(5, Directory.GetFiles(_folder["keys"]).Length);
    }

    [Fact]
    public async Task A_disabled_key_signs_no_more_not_even_through_a_signer_that_was_open()
    {
        var open = await Keys.CreateAsync("identity", 1);
        await open.SignAsync(_digests);
        await Keys.DisableAsync("identity", 1);
        Assert.False((await Assert.ThrowsAsync<SigningException>(async () => await open.SignAsync(_digests))).IsTransient);
        await Assert.ThrowsAsync<SigningException>(async () => await Keys.OpenAsync("identity", 1));
        await Assert.ThrowsAsync<SigningException>(async () => await Keys.CreateAsync("identity", 1));
        // Again, and of a key that never was: nothing to do.
        await Keys.DisableAsync("identity", 1);
        await new LocalSigningKeys(_folder["elsewhere"]).DisableAsync("identity", 1);
        await Assert.ThrowsAsync<SigningException>(async () => await open.SignAsync(_digests));
    }

    [SkippableTheory]
    [UnsupportedOSPlatform("windows")]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    public async Task A_file_that_others_may_read_is_refused(UnixFileMode more)
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no file modes.");
        await Keys.CreateAsync("platform", 1);
        File.SetUnixFileMode(_folder["keys/platform.1.pem"], UnixFileMode.UserRead | UnixFileMode.UserWrite | more);
        var refusal = await Assert.ThrowsAsync<SigningException>(async () => await Keys.OpenAsync("platform", 1));
        Assert.Contains("chmod 600", refusal.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<SigningException>(async () => await Keys.CreateAsync("platform", 1));
    }

    [Fact]
    public async Task A_key_that_is_not_there_is_not_made_by_opening_it()
    {
        await Assert.ThrowsAsync<SigningException>(async () => await Keys.OpenAsync("platform", 1));
        Assert.False(Directory.Exists(_folder["keys"]));
    }

    [Fact]
    public async Task A_file_without_a_private_key_of_this_curve_is_refused()
    {
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var p256 = P256.Key(1);
        await Keys.CreateAsync("platform", 1);
        foreach (var text in new[] { "", "no key", p384.ExportPkcs8PrivateKeyPem(), p256.ExportSubjectPublicKeyInfoPem() })
        {
            await File.WriteAllTextAsync(_folder["keys/platform.1.pem"], text);
            await Assert.ThrowsAsync<SigningException>(async () => await (await Keys.OpenAsync("platform", 1)).SignAsync(_digests));
        }
    }

    [Theory]
    [InlineData("../platform")]
    [InlineData("a.b")]
    [InlineData("")]
    [InlineData("a/b")]
    public async Task A_name_is_never_a_path(string name) =>
        await Assert.ThrowsAsync<ArgumentException>(async () => await Keys.CreateAsync(name, 1));

    [Fact]
    public async Task Versions_count_from_1() => await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await Keys.CreateAsync("platform", 0));

    [Fact]
    public async Task A_cancelled_call_signs_nothing()
    {
        var signer = await Keys.CreateAsync("platform", 1);
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await signer.SignAsync(_digests, new CancellationToken(canceled: true)));
    }
}
