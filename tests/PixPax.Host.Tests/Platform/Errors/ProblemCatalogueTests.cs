using PixPax.Host.Platform.Errors;

namespace PixPax.Host.Tests.Platform.Errors;

public sealed class ProblemCatalogueTests
{
    [Fact]
    public void The_published_catalogue_is_the_code()
    {
        var published = File.ReadLines(Path.Combine(Repository.Folder(), "docs", "errors.md"))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal));
        var inCode = ProblemCode.All.Select(code =>
            $"| `{code.Code}` | {code.Status} | {code.Title} | {code.Meaning}{(code.RetryAfterSeconds is { } seconds ? $" `Retry-After: {seconds}`." : "")} |");

        Assert.Equal(inCode, published);
    }

    [Fact]
    public void Codes_are_unique_and_in_kebab_case()
    {
        Assert.Distinct(ProblemCode.All.Select(code => code.Code));
        Assert.All(ProblemCode.All, code => Assert.Matches("^[a-z]+(-[a-z]+)*$", code.Code));
        Assert.All(ProblemCode.All, code => Assert.InRange(code.Status, 400, 503));
    }
}
