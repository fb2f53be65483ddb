namespace Concord.Receipts.Bundles;

/// <summary>Says where one stream stands in a store.</summary>
/// <param name="Prefix">The prefix of its objects, ending in a slash.</param>
/// <param name="Locator">The key of the derived object that leads from its id to it; <see langword="null"/>: none.</param>
public readonly record struct StreamPlace(string Prefix, string? Locator);
