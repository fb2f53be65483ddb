using Concord.Receipts.Hashing;

namespace Concord.Receipts.Sealing;

/// <summary>Represents where and for which command receipts are sealed.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="HeadVersion">The version of the last receipt; 0 in an empty stream.</param>
/// <param name="HeadEventId">Its id; <see langword="null"/> in an empty stream.</param>
/// <param name="HeadHash">Its hash; <see langword="null"/> in an empty stream.</param>
/// <param name="IdempotencyKey">The command's key.</param>
/// <param name="RequestHash">The command's request hash.</param>
/// <param name="Now">The writer's clock, UTC.</param>
/// <param name="Random">10 random bytes for the first event id; the ids behind it in the commit count up from there.</param>
public sealed record ReceiptPlace(
    StreamId Stream, long HeadVersion, EventId? HeadEventId, ReceiptHash? HeadHash, IdempotencyKey IdempotencyKey, Sha256Hash RequestHash, DateTimeOffset Now, ReadOnlyMemory<byte> Random);
