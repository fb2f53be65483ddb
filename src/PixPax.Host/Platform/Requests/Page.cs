namespace PixPax.Host.Platform.Requests;

/// <summary>One page of a list, as every list answers it.</summary>
internal sealed record Page<T>(IReadOnlyList<T> Data, bool HasMore, string? NextCursor);
