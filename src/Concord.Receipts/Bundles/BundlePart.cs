namespace Concord.Receipts.Bundles;

/// <summary>Represents one stream of a bundle, or a run of whole commits of it.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="From">The version of the first receipt; 1 for key histories.</param>
/// <param name="To">The version of the last.</param>
/// <param name="Hash">The hash of the last.</param>
public sealed record BundlePart(StreamId Stream, long From, long To, ReceiptHash Hash);
