using System.Globalization;
using System.Text.Json.Nodes;
using PixPax.Host.Platform.Authentication;
using PixPax.Host.Tests.EndToEnd;

namespace PixPax.Host.Tests.Edge;

/// <summary>One of everything that a person can have, and the people around it: what the examples are about.</summary>
internal sealed record World
{
    private static int _count;

    /// <summary>An owner of the account.</summary>
    public required string Owner { get; init; }

    /// <summary>A member of it who is no owner.</summary>
    public required string Member { get; init; }

    public required string AccountId { get; init; }

    public required string IdentityId { get; init; }

    public required string BookId { get; init; }

    /// <summary>A card that the book holds.</summary>
    public required string CardInstanceId { get; init; }

    /// <summary>The receipt of the book's last save.</summary>
    public required string EventId { get; init; }

    /// <summary>A published collection that nobody else uses.</summary>
    public required string CollectionId { get; init; }

    /// <summary>A credential of a service that no account has let in.</summary>
    public required string CredentialId { get; init; }

    /// <summary>What belongs to the account and to nobody else: every id that a request can name it by.</summary>
    public IReadOnlyList<string> Ids => [AccountId, IdentityId, BookId, CardInstanceId, EventId];

    /// <summary>Somebody or something that no other world has.</summary>
    public static string NewName(string name) => $"{name}-{Interlocked.Increment(ref _count)}";

    /// <summary>The body that issues a credential, of a secret that nobody keeps unless they give it.</summary>
    public static JsonObject NewCredential(string label, string scope = "read", string? secret = null) => new()
    {
        ["label"] = label,
        ["secretHash"] = CredentialSecret.HashOf(secret ?? Api.NewKey()).ToString(),
        ["scope"] = scope,
        ["expiresAt"] = TimeProvider.System.GetUtcNow().AddDays(30).ToString("yyyy-MM-dd'T'00:00:00'Z'", CultureInfo.InvariantCulture),
    };

    public static async Task<World> MakeAsync(InProcessHost host)
    {
        var (ada, op) = (host.As(NewName("ada")), host.Operator());
        var (member, collection) = (NewName("bob"), NewName("birds"));
        var published = op.DoAsync("/v1/collections/commands/publish", Commands.Birds(collection));
        var collector = await Collector.JoinAsync(ada);
        await Commands.AddMemberAsync(ada, collector.AccountId, member, "member");
        await published;
        var credential = await op.DoAsync("/v1/credentials/commands/issue", NewCredential("a service"));
        var book = await collector.OpenBookAsync();
        var card = await op.DoAsync($"{book.Path}/commands/add-card", Commands.Card("robin", collectionId: collection));
        var save = await book.SaveAsync(new JsonObject { ["page"] = 1, ["note"] = "a & b + c" });
        return new World
        {
            Owner = ada.UserId,
            Member = member,
            AccountId = collector.AccountId,
            IdentityId = collector.IdentityId,
            BookId = book.Id,
            CardInstanceId = card["cardInstanceId"],
            EventId = save.EventId,
            CollectionId = collection,
            CredentialId = credential["credentialId"],
        };
    }
}
