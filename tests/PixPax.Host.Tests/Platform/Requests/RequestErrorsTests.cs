using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Tests.Platform.Requests;

public sealed class RequestErrorsTests
{
    [Theory]
    [InlineData("a", true)]
    [InlineData("01KJ7Z6V8GZ3N9Q4R5S6T7V8W9", true)]
    [InlineData("premier-league_2026", true)]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData("a b", false)]
    [InlineData("a/b", false)]
    [InlineData("..", false)]
    [InlineData("ä", false)]
    [InlineData("a\n", false)]
    public void Ids_are_plain(string? id, bool good)
    {
        Assert.Equal(good, RequestErrors.IsId(id));
        Assert.Equal(good, !ErrorsOf(errors => errors.Id(id, "/id")).Any);
    }

    [Fact]
    public void Ids_end_at_64_characters()
    {
        Assert.True(RequestErrors.IsId(new string('a', 64)));
        Assert.False(RequestErrors.IsId(new string('a', 65)));
    }

    [Theory]
    [InlineData("Anna's book", true)]
    [InlineData("  kept as it is ", true)]
    [InlineData("🐸", true)]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData("two\nlines", false)]
    [InlineData("bell\u0007", false)]
    [InlineData("c1\u0085", false)]
    public void Names_have_no_control_characters(string? name, bool good) =>
        Assert.Equal(good, !ErrorsOf(errors => errors.Name(name, "/name")).Any);

    [Fact]
    public void Names_end_at_200_characters_however_many_units_they_take()
    {
        Assert.False(ErrorsOf(errors => errors.Name(string.Concat(Enumerable.Repeat("🐸", 200)), "/name")).Any);
        Assert.True(ErrorsOf(errors => errors.Name(new string('a', 201), "/name")).Any);
    }

    [Fact]
    public void Everything_wrong_is_one_problem()
    {
        var errors = ErrorsOf(errors =>
        {
            errors.Id("?", "/accountId");
            errors.OneOf("king", "/role", "owner", "member");
            errors.IdParameter("?", "identityId");
        });

        var problem = Assert.Throws<ProblemException>(() => errors.ThrowIfAny());
        Assert.Same(ProblemCode.InvalidRequest, problem.Code);
        Assert.Equal(["/accountId", "/role", null], problem.Errors.Select(error => error.Pointer));
        Assert.Equal("identityId", problem.Errors[2].Parameter);
    }

    [Fact]
    public void A_flood_of_errors_is_cut_off_and_says_so()
    {
        var errors = ErrorsOf(errors =>
        {
            for (var index = 0; index < 1000; index++) errors.Add($"/{index}", "Wrong.");
        });

        var problem = Assert.Throws<ProblemException>(() => errors.ThrowIfAny());
        Assert.Equal(100, problem.Errors.Count);
        Assert.Contains("1000", problem.Message, StringComparison.Ordinal);
    }

    private static RequestErrors ErrorsOf(Action<RequestErrors> check)
    {
        var errors = new RequestErrors();
        check(errors);
        return errors;
    }
}
