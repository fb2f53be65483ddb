using System.Collections.Immutable;
using Concord.Receipts.Signing;
using Concord.Receipts.Storage;
using Concord.Receipts.Verification;

namespace Concord.Projections.Postgres.Reading;

/// <summary>Represents where receipts are read from, and what they are judged by.</summary>
/// <param name="Store">The object store.</param>
/// <param name="Prefix">The prefix below which all streams are.</param>
/// <param name="PlatformKeysPrefix">The prefix of the platform's key history.</param>
/// <param name="IdentitiesPrefix">The prefix below which the identities' key histories are.</param>
/// <param name="Policy">Who may sign what.</param>
/// <param name="PlatformKeyIds">The keys that the platform's history may begin with; <see langword="null"/> takes the one that it begins with.</param>
public sealed record ReceiptSource(
    IObjectStore Store, string Prefix, string PlatformKeysPrefix, string IdentitiesPrefix, IssuerPolicy Policy, ImmutableHashSet<PublicKeyId>? PlatformKeyIds = null);
