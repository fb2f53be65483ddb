using Concord.Receipts.Hashing;

namespace Concord.Receipts.Streams;

/// <summary>Represents an idempotency key that a stream has seen.</summary>
/// <param name="RequestHash">The hash of the command that used it.</param>
/// <param name="FirstVersion">The version of the first receipt of its commit.</param>
public readonly record struct SeenKey(Sha256Hash RequestHash, long FirstVersion);
