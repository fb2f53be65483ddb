using System.Collections.Immutable;
using System.Text.Json;
using Concord.Receipts;
using Concord.Receipts.Projections;

namespace PixPax.Host.Modules.Accounts;

/// <summary>An account: its name, and who may act in it.</summary>
internal sealed record AccountState
{
    public const string Owner = "owner";
    public const string Member = "member";

    public static readonly AccountState Empty = new();

    public ContentReference? Name { get; init; }

    /// <summary>As the first receipt says it: RFC 3339, UTC, milliseconds.</summary>
    public string CreatedAt { get; init; } = "";

    /// <summary>The role of each member, by user id.</summary>
    public ImmutableSortedDictionary<string, string> Members { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    public bool IsOwner(string userId) => Members.GetValueOrDefault(userId) == Owner;

    /// <summary>Whether the account would be left without an owner.</summary>
    public bool IsLastOwner(string userId) => IsOwner(userId) && Members.Values.Count(role => role == Owner) == 1;
}

internal sealed class AccountFold : ISnapshotFold<AccountState>
{
    public const string AccountCreated = "ACCOUNT_CREATED";
    public const string MemberAdded = "MEMBER_ADDED";
    public const string MemberRoleChanged = "MEMBER_ROLE_CHANGED";
    public const string MemberRemoved = "MEMBER_REMOVED";

    public AccountState Initial => AccountState.Empty;

    public string Version => "account/1";

    public bool Knows(string receiptType) => receiptType is AccountCreated or MemberAdded or MemberRoleChanged or MemberRemoved;

    public AccountState Evolve(AccountState state, SealedReceipt receipt)
    {
        using var document = receipt.ReadPayload();
        var payload = document.RootElement;
        return receipt.Type switch
        {
            AccountCreated => state with
            {
                Name = ContentReference.TryRead(payload.GetProperty("name"), out var name) ? name : throw new FormatException("name is a content reference."),
                CreatedAt = receipt.CreatedAtText,
                Members = state.Members.SetItem(UserId(payload), AccountState.Owner),
            },
            MemberAdded or MemberRoleChanged => state with { Members = state.Members.SetItem(UserId(payload), payload.GetProperty("role").GetString()!) },
            MemberRemoved => state with { Members = state.Members.Remove(UserId(payload)) },
            _ => state,
        };
    }

    public void Write(AccountState state, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("createdAt", state.CreatedAt);
        writer.WriteStartObject("members");
        foreach (var (userId, role) in state.Members) writer.WriteString(userId, role);
        writer.WriteEndObject();
        if (state.Name is { } name)
        {
            writer.WritePropertyName("name");
            name.WriteTo(writer);
        }

        writer.WriteEndObject();
    }

    public AccountState Read(JsonElement state)
    {
        ContentReference? name = null;
        if (state.TryGetProperty("name", out var found) && !ContentReference.TryRead(found, out name)) throw new FormatException("name is a content reference.");
        return AccountState.Empty with
        {
            Name = name,
            CreatedAt = state.GetProperty("createdAt").GetString()!,
            Members = AccountState.Empty.Members.AddRange(state.GetProperty("members").EnumerateObject().Select(member => KeyValuePair.Create(member.Name, member.Value.GetString()!))),
        };
    }

    private static string UserId(JsonElement payload) => payload.GetProperty("userId").GetString()!;
}
