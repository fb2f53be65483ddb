namespace Concord.Receipts.Signing;

/// <summary>Represents where the private half of a key is kept: recorded in key histories, of no use for verifying.</summary>
/// <param name="Provider"><c>local</c> or <c>vault-transit</c>.</param>
/// <param name="Name">The key's name there.</param>
/// <param name="Version">The key's version there, from 1.</param>
public sealed record KeyReference(string Provider, string Name, int Version);
