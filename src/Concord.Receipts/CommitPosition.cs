namespace Concord.Receipts;

/// <summary>Represents the place of a receipt in its commit: how many were committed together, and which of them this is.</summary>
/// <param name="Count">1 to <see cref="ReceiptLimits.CommitReceipts"/>.</param>
/// <param name="Index">0 to <paramref name="Count"/> − 1.</param>
public readonly record struct CommitPosition(int Count, int Index);
