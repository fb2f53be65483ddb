using Concord.Storage.Spaces.Tests.Rgw;

namespace Concord.Storage.Spaces.Tests;

[WithoutServer]
public sealed class SpacesOptionsTests
{
    private static SpacesOptions Good() => new() { Endpoint = new Uri("https://fra1.digitaloceanspaces.com"), Region = "fra1", Bucket = "receipts", Prefix = "production/" };

    [Fact]
    public void Endpoint_and_bucket_are_enough()
    {
        Assert.Empty(new SpacesOptions { Endpoint = new Uri("https://fra1.digitaloceanspaces.com"), Bucket = "receipts" }.Faults());
        Assert.Empty(Good().Faults());
    }

    [Fact]
    public void All_faults_are_told_at_once()
    {
        SpacesOptions options = new() { Prefix = "a//b/", MaxAttempts = 0 };
        Assert.Equal(["Endpoint", "Bucket", "Prefix", "MaxAttempts"], options.Faults().Select(fault => fault.Split(' ')[0]));
        var exception = Assert.Throws<ArgumentException>(() => new SpacesObjectStore(options));
        Assert.All(options.Faults(), fault => Assert.Contains(fault, exception.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("ftp://fra1.digitaloceanspaces.com")]
    [InlineData("https://fra1.digitaloceanspaces.com/bucket")]
    [InlineData("https://user@fra1.digitaloceanspaces.com")]
    [InlineData("relative")]
    public void An_endpoint_is_the_address_of_a_service_and_no_more(string endpoint)
    {
        var options = Good();
        options.Endpoint = new Uri(endpoint, UriKind.RelativeOrAbsolute);
        Assert.StartsWith("Endpoint", Assert.Single(options.Faults()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ab")]
    [InlineData("Receipts")]
    [InlineData("re_ceipts")]
    [InlineData("-receipts")]
    [InlineData("a..b")]
    public void A_bucket_has_a_name_that_every_service_takes(string bucket)
    {
        var options = Good();
        options.Bucket = bucket;
        Assert.StartsWith("Bucket", Assert.Single(options.Faults()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("production")]
    [InlineData("/")]
    [InlineData("a b/")]
    [InlineData("../")]
    public void A_prefix_is_folders(string prefix)
    {
        var options = Good();
        options.Prefix = prefix;
        Assert.StartsWith("Prefix", Assert.Single(options.Faults()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_goes_with_its_secret_and_neither_is_shown()
    {
        var options = Good();
        options.SecretAccessKey = "very-secret";
        var fault = Assert.Single(options.Faults());
        Assert.Contains("AccessKeyId and SecretAccessKey go together", fault, StringComparison.Ordinal);
        options.AccessKeyId = "KEY-ID";
        Assert.Empty(options.Faults());
        Assert.Equal("s3://receipts/production/ at https://fra1.digitaloceanspaces.com/", $"{options}");
    }
}
