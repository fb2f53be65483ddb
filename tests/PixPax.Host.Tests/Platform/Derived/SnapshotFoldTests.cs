using System.Buffers;
using System.Collections;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Concord.Receipts;
using Concord.Receipts.Projections;
using PixPax.Host.Modules.Accounts;
using PixPax.Host.Modules.Collections;
using PixPax.Host.Modules.Credentials;
using PixPax.Host.Modules.Pixbooks;
using PixPax.Host.Platform.Authentication;

namespace PixPax.Host.Tests.Platform.Derived;

public sealed class SnapshotFoldTests
{
    [Fact]
    public void An_account_is_read_back_in_every_part() => AssertReadBack(new AccountFold(), new AccountState
    {
        Name = Reference(1),
        CreatedAt = "2026-02-24T12:34:56.789Z",
        Members = AccountState.Empty.Members.Add("zoe", "owner").Add("Ada", "member").Add("ben", "owner"),
    });

    [Fact]
    public void A_collection_is_read_back_in_every_part() => AssertReadBack(new CollectionFold(), new CollectionState
    {
        Versions = CollectionState.Empty.Versions
            .Add("1.0.0", new PublishedVersion("1.0.0", Reference(1), Reference(2), Reference(3), 12, "sha256:root", ["garden", "forest"], "2026-02-24T12:34:56.789Z"))
            .Add("2.0.0", new PublishedVersion("2.0.0", Reference(4), Reference(5), Reference(6), 13, "sha256:other", [], "2026-02-25T12:34:56.789Z")),
        Retired = [new RetiredSeries("2.0.0", "garden"), new RetiredSeries("1.0.0", "garden")],
    });

    [Fact]
    public void A_pixbook_is_read_back_in_every_part() => AssertReadBack(new PixbookFold(), new PixbookState
    {
        OwnerIdentityId = "OWNER",
        CollectionId = "birds",
        Name = Reference(1),
        CreatedAt = "2026-02-24T12:34:56.789Z",
        Cards = PixbookState.Empty.Cards.Add("b", Card("b", null)).Add("A", Card("A", "garden")).Add("a", Card("a", "garden")),
        LastSave = new LastSave(EventId.Parse("01KJ7Z6V8GZ3N9Q4R5S6T7V8W9"), 7, "2026-02-25T12:34:56.789Z", Reference(2)),
    });

    [Fact]
    public void Credentials_are_read_back_in_every_part() => AssertReadBack(new CredentialFold(), new CredentialState
    {
        Credentials = CredentialState.Empty.Credentials
            .Add("B", new Credential("B", CredentialSecret.HashOf("b"), Reference(1), "read", null, "2027-02-24T12:34:56.789Z", "2026-02-24T12:34:56.789Z", "olga", null))
            .Add("A", new Credential("A", CredentialSecret.HashOf("a"), Reference(2), "read commands", "ACCOUNT", "2027-02-24T12:34:56.789Z", "2026-02-25T12:34:56.789Z", "olga",
                new Revocation("2026-02-26T12:34:56.789Z", "otto", "replaced")))
            .Add("C", new Credential("C", CredentialSecret.HashOf("c"), Reference(3), "operator:cards", null, "2027-02-24T12:34:56.789Z", "2026-02-25T12:34:56.789Z", "olga",
                new Revocation("2026-02-26T12:34:56.789Z", "otto", null))),
    });

    private static CardInstance Card(string id, string? seriesId) => new()
    {
        CardInstanceId = id, CardId = "robin", CollectionId = "birds", CollectionVersion = "1.0.0", SeriesId = seriesId, SlotIndex = 3,
        Role = seriesId is null ? null : "cover", ItemHash = "sha256:item", Source = "grant", AddedAtVersion = 5,
    };

    private static ContentReference Reference(byte n) => ContentObject.Create(Encoding.UTF8.GetBytes($"\"{n}\""), new byte[ContentObject.SaltBytes]).Reference;

    // What is left out when writing or reading is seen here, without naming it: every part of the example is something.
    private static void AssertReadBack<TState>(ISnapshotFold<TState> fold, TState state)
        where TState : class
    {
        foreach (var property in typeof(TState).GetProperties())
            Assert.False(property.GetValue(state) is null or "" or ICollection { Count: 0 }, property.Name);
        foreach (var each in new[] { state, fold.Initial })
        {
            using var written = Write(fold, each);
            var read = fold.Read(written.RootElement);
            Assert.Equal(Told(each), Told(read));
            using var again = Write(fold, read);
            Assert.Equal(written.RootElement.GetRawText(), again.RootElement.GetRawText());
        }
    }

    private static JsonDocument Write<TState>(IFold<TState> fold, TState state)
        where TState : class
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json)) fold.Write(state, writer);
        return JsonDocument.Parse(json.WrittenMemory.ToArray());
    }

    private static string Told(object? value) => value switch
    {
        null => "null",
        string text => text,
        IDictionary map => $"[{string.Join(", ", map.Keys.Cast<object>().Select(key => $"{Told(key)}: {Told(map[key])}"))}]",
        IEnumerable items => $"[{string.Join(", ", items.Cast<object?>().Select(Told))}]",
        _ when value.GetType() is { Namespace: var space } type && space!.StartsWith("PixPax", StringComparison.Ordinal) =>
            $"({string.Join(", ", type.GetProperties().Select(property => $"{property.Name} = {Told(property.GetValue(value))}"))})",
        _ => value.ToString()!,
    };
}
