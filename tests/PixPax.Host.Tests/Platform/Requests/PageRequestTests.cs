using Microsoft.AspNetCore.Http;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Tests.Platform.Requests;

public sealed class PageRequestTests
{
    private const string List = "pixbooks:A1";

    [Fact]
    public void Following_the_cursors_visits_every_item_once()
    {
        var items = Enumerable.Range(0, 23).Select(number => $"item-{number:D2}").ToArray();
        var visited = new List<string>();
        string? cursor = null;
        do
        {
            var request = Read(cursor is null ? "?limit=5" : $"?limit=5&cursor={cursor}");
            var rest = items.Where(item => string.CompareOrdinal(item, request.After) > 0).Take(request.Limit + 1).ToArray();
            var page = request.PageOf(rest, item => item);
            Assert.Equal(page.HasMore, page.NextCursor is not null);
            visited.AddRange(page.Data);
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        Assert.Equal(items, visited);
    }

    [Fact]
    public void A_last_page_that_is_full_says_that_nothing_follows()
    {
        var page = Read("?limit=2").PageOf(["a", "b"], item => item);
        Assert.False(page.HasMore);
        Assert.Null(page.NextCursor);
    }

    [Theory]
    [InlineData("", 100)]
    [InlineData("?limit=1", 1)]
    [InlineData("?limit=500", 500)]
    public void A_limit_is_within_bounds(string query, int limit) => Assert.Equal(limit, Read(query).Limit);

    [Theory]
    [InlineData("?limit=0", "limit")]
    [InlineData("?limit=501", "limit")]
    [InlineData("?limit=-1", "limit")]
    [InlineData("?limit=+1", "limit")]
    [InlineData("?limit=", "limit")]
    [InlineData("?limit=1&limit=2", "limit")]
    [InlineData("?limit=99999999999999999999", "limit")]
    [InlineData("?cursor=", "cursor")]
    [InlineData("?cursor=%00", "cursor")]
    [InlineData("?cursor=abc", "cursor")]
    [InlineData("?cursor=____", "cursor")]
    public void Anything_else_is_refused(string query, string parameter)
    {
        var problem = Assert.Throws<ProblemException>(() => Read(query));
        Assert.Same(ProblemCode.InvalidRequest, problem.Code);
        Assert.Equal(parameter, Assert.Single(problem.Errors).Parameter);
    }

    [Fact]
    public void A_cursor_of_another_list_or_spelling_is_refused()
    {
        var cursor = PageRequest.Encode(List, "item");
        Assert.Equal("item", Read($"?cursor={cursor}").After);
        Assert.Throws<ProblemException>(() => Read($"?cursor={cursor}%3D"));
        Assert.Throws<ProblemException>(() => Read($"?cursor={PageRequest.Encode("pixbooks:A2", "item")}"));
        Assert.Throws<ProblemException>(() => Read($"?cursor={PageRequest.Encode(List, "")}"));
    }

    private static PageRequest Read(string query)
    {
        var context = new DefaultHttpContext();
        context.Request.QueryString = new QueryString(query);
        return PageRequest.Read(context.Request, List);
    }
}
