namespace Concord.Signing.Vault.Tests;

public sealed class VaultOptionsTests
{
    private static VaultOptions Good() => new() { Address = new Uri("https://vault.example:8200"), Token = "hvs.very-secret" };

    [Fact]
    public void Address_and_one_login_are_enough() => Assert.Empty(Good().Faults());

    [Fact]
    public void All_faults_are_told_at_once()
    {
        VaultOptions options = new() { Mount = "/transit/", Namespace = "a b", MaxAttempts = 0, MaxRequests = 0, CallTimeout = TimeSpan.Zero };
        Assert.Equal(["Address", "Mount", "Namespace", "Token,", "CallTimeout", "MaxAttempts", "MaxRequests"], options.Faults().Select(fault => fault.Split(' ')[0]));
        var exception = Assert.Throws<ArgumentException>(() => new TransitClient(options));
        Assert.All(options.Faults(), fault => Assert.Contains(fault, exception.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("ftp://vault.example")]
    [InlineData("https://vault.example/v1")]
    [InlineData("https://user@vault.example")]
    [InlineData("relative")]
    public void An_address_is_that_of_a_server_and_no_more(string address)
    {
        var options = Good();
        options.Address = new Uri(address, UriKind.RelativeOrAbsolute);
        Assert.StartsWith("Address", Assert.Single(options.Faults()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://vault.example:8200", false, 1)]
    [InlineData("http://vault.example:8200", true, 0)]
    [InlineData("http://127.0.0.1:8200", false, 0)]
    [InlineData("http://localhost:8200", false, 0)]
    [InlineData("http://[::1]:8200", false, 0)]
    public void Tokens_cross_no_network_in_the_clear_unless_that_is_allowed(string address, bool isAllowed, int faults)
    {
        var options = Good();
        (options.Address, options.AllowHttp) = (new Uri(address), isAllowed);
        Assert.Equal(faults, options.Faults().Count);
    }

    [Fact]
    public void A_login_is_one_of_three_and_its_token_is_shown_nowhere()
    {
        var options = Good();
        options.KubernetesRole = "receipts";
        options.Token = "hvs.very-secret\n";
        Assert.All(options.Faults(), fault => Assert.DoesNotContain("very-secret", fault, StringComparison.Ordinal));
        Assert.Equal(2, options.Faults().Count);
        Assert.Equal("transit at https://vault.example:8200/", $"{options}");
    }
}
