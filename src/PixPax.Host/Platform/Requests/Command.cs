namespace PixPax.Host.Platform.Requests;

/// <summary>
/// A command's body, read: its value, and the canonical form of the body as it was sent, with no default filled in, which is
/// what <c>requestHash</c> is computed from.
/// </summary>
internal sealed record Command<T>(T Value, ReadOnlyMemory<byte> CanonicalBody);
