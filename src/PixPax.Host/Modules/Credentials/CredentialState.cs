using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Concord.Receipts;
using Concord.Receipts.Hashing;
using Concord.Receipts.Projections;
using PixPax.Host.Platform.Authentication;

namespace PixPax.Host.Modules.Credentials;

/// <summary>All credentials that services were ever issued. They are few, and every host knows all of them: one stream holds them.</summary>
internal sealed record CredentialState
{
    public static readonly CredentialState Empty = new();

    public ImmutableSortedDictionary<string, Credential> Credentials { get; init; } = ImmutableSortedDictionary.Create<string, Credential>(StringComparer.Ordinal);
}

/// <summary>A credential: the hash of a secret that only the service has, and what it is good for.</summary>
/// <param name="CredentialId">Its id.</param>
/// <param name="SecretHash">The SHA-256 of the secret.</param>
/// <param name="Label">What it is called; content.</param>
/// <param name="Scope">What it is good for, as words.</param>
/// <param name="AccountId">The one account that it is good for; null for any that lets the service in.</param>
/// <param name="ExpiresAt">When it ends by itself: RFC 3339, UTC, milliseconds.</param>
/// <param name="IssuedAt">As its receipt says it.</param>
/// <param name="IssuedBy">The operator's user id.</param>
/// <param name="Revoked">How it was ended; null while it was not.</param>
internal sealed record Credential(
    string CredentialId, Sha256Hash SecretHash, ContentReference Label, string Scope, string? AccountId, string ExpiresAt, string IssuedAt, string IssuedBy, Revocation? Revoked)
{
    /// <summary>Who the service is wherever a user is named: an account lets it in under this name.</summary>
    public string UserId => Caller.ServicePrefix + CredentialId;

    /// <summary>A word that this version does not know is no scope: the credential is good for less here, not for more.</summary>
    public ServiceScopes Scopes { get; } = ServiceScopeText.TryParse(Scope, out var scopes) ? scopes : ServiceScopes.None;

    public DateTimeOffset Expires { get; } = DateTimeOffset.Parse(ExpiresAt, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}

/// <summary>When a credential was revoked, by whom, and why if they said so.</summary>
internal sealed record Revocation(string At, string By, string? Reason);

internal sealed class CredentialFold : ISnapshotFold<CredentialState>
{
    public const string CredentialIssued = "CREDENTIAL_ISSUED";
    public const string CredentialRevoked = "CREDENTIAL_REVOKED";

    public CredentialState Initial => CredentialState.Empty;

    public string Version => "credentials/1";

    public bool Knows(string receiptType) => receiptType is CredentialIssued or CredentialRevoked;

    public CredentialState Evolve(CredentialState state, SealedReceipt receipt)
    {
        using var document = receipt.ReadPayload();
        var payload = document.RootElement;
        var id = Text(payload, "credentialId");
        return state with
        {
            Credentials = state.Credentials.SetItem(id, receipt.Type == CredentialIssued
                ? ReadCredential(id, payload, receipt.CreatedAtText, revoked: null)
                : state.Credentials[id] with { Revoked = new Revocation(receipt.CreatedAtText, Text(payload, "revokedBy"), Optional(payload, "reason")) }),
        };
    }

    public void Write(CredentialState state, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        foreach (var credential in state.Credentials.Values)
        {
            // The members that its receipt has, so that it is read the same way.
            writer.WriteStartObject(credential.CredentialId);
            if (credential.AccountId is { } accountId) writer.WriteString("accountId", accountId);
            writer.WriteString("expiresAt", credential.ExpiresAt);
            writer.WriteString("issuedAt", credential.IssuedAt);
            writer.WriteString("issuedBy", credential.IssuedBy);
            writer.WritePropertyName("label");
            credential.Label.WriteTo(writer);
            if (credential.Revoked is { } revoked)
            {
                writer.WriteStartObject("revoked");
                writer.WriteString("at", revoked.At);
                writer.WriteString("by", revoked.By);
                if (revoked.Reason is { } reason) writer.WriteString("reason", reason);
                writer.WriteEndObject();
            }

            writer.WriteString("scope", credential.Scope);
            writer.WriteString("secretHash", credential.SecretHash.ToString());
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    public CredentialState Read(JsonElement state) => CredentialState.Empty with
    {
        Credentials = CredentialState.Empty.Credentials.AddRange(state.EnumerateObject().Select(member => KeyValuePair.Create(
            member.Name, ReadCredential(member.Name, member.Value, Text(member.Value, "issuedAt"), ReadRevocation(member.Value))))),
    };

    private static Credential ReadCredential(string id, JsonElement members, string issuedAt, Revocation? revoked) => new(
        id,
        Sha256Hash.Parse(Text(members, "secretHash")),
        ContentReference.TryRead(members.GetProperty("label"), out var label) ? label! : throw new FormatException("label is a content reference."),
        Text(members, "scope"),
        Optional(members, "accountId"),
        Text(members, "expiresAt"),
        issuedAt,
        Text(members, "issuedBy"),
        revoked);

    private static Revocation? ReadRevocation(JsonElement members) =>
        members.TryGetProperty("revoked", out var revoked) ? new Revocation(Text(revoked, "at"), Text(revoked, "by"), Optional(revoked, "reason")) : null;

    private static string Text(JsonElement members, string name) => members.GetProperty(name).GetString()!;

    private static string? Optional(JsonElement members, string name) => members.TryGetProperty(name, out var value) ? value.GetString() : null;
}
