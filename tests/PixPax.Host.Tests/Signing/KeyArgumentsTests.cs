using PixPax.Host.Platform.Configuration;
using PixPax.Host.Platform.Keys;

namespace PixPax.Host.Tests.Signing;

public sealed class KeyArgumentsTests
{
    private const string Key = "sha256:00000000000000000000000000000000000000000000000000000000000000ff";

    [Fact]
    public void Options_and_settings_may_stand_in_any_order()
    {
        var read = CommandLine.Read(["keys", "report-compromise", "--dry-run", "--PixPax:Data", "./data", "--key", Key, "--platform", "--urls=http://x", "--reason=a = b", "--environment", "Staging"]);
        Assert.Equal(HostVerb.ReportCompromise, read.Verb);
        Assert.Equal(["--PixPax:Data", "./data", "--urls=http://x", "--environment", "Staging"], read.Settings);
        Assert.Equal((Key, null, "a = b", true, KeyArguments.DefaultWait), ($"{read.Keys!.Key}", read.Keys.IdentityId, read.Keys.Reason, read.Keys.IsDryRun, read.Keys.Wait));

        var identity = CommandLine.Read(["keys", "report-compromise", "--identity", "ADA", "--key", Key, "--reason", "x", "--wait", "500ms"]).Keys!;
        Assert.Equal(("ADA", TimeSpan.FromMilliseconds(500), false), (identity.IdentityId, identity.Wait, identity.IsDryRun));
    }

    [Theory]
    [InlineData("", "say 'rotate-platform' or 'report-compromise'")]
    [InlineData("rotate", "say 'rotate-platform' or 'report-compromise'")]
    [InlineData("rotate-platform", "Give --from: the id of the key, sha256:…. Try: PixPax.Host keys rotate-platform --help")]
    [InlineData("rotate-platform --from sha256:1", "Give --from")]
    [InlineData("rotate-platform --from", "--from lacks its value")]
    [InlineData("rotate-platform --from KEY --from KEY", "--from is given twice")]
    [InlineData("rotate-platform --from KEY --dry", "It has no option '--dry'")]
    [InlineData("rotate-platform --from KEY now", "It has no option 'now'")]
    [InlineData("report-compromise --key KEY --reason x", "Say whose key it is")]
    [InlineData("report-compromise --platform --identity A --key KEY --reason x", "Say whose key it is")]
    [InlineData("report-compromise --platform --key KEY", "Give --reason")]
    [InlineData("report-compromise --platform --key KEY --reason=", "Give --reason")]
    [InlineData("report-compromise --platform --key KEY --reason x --wait long", "Give --wait: a duration")]
    public void What_is_missing_or_wrong_is_said(string line, string fault)
    {
        var words = line.Replace("KEY", Key, StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains(fault, Assert.Throws<StartupRefusedException>(() => CommandLine.Read(["keys", .. words])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("keys --help", "report-compromise")]
    [InlineData("keys rotate-platform --help", "--from KEYID")]
    [InlineData("keys report-compromise --dry-run --help", "--reason TEXT")]
    [InlineData("--help", "PixPax.Host doctor")]
    public void Each_has_a_help(string line, string says)
    {
        var read = CommandLine.Read(line.Split(' '));
        Assert.Equal(HostVerb.Help, read.Verb);
        Assert.Contains(says, read.Help, StringComparison.Ordinal);
    }
}
