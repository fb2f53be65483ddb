using System.Text.Json;

namespace PixPax.Host.Modules.Collections;

/// <summary>A version of a collection as it is published: the files of its folder, in one body.</summary>
internal sealed record CollectionDocument
{
    /// <summary>Room for some thousand cards.</summary>
    public const int MaxBytes = 2 * 1024 * 1024;

    public required string CollectionId { get; init; }

    public required string Version { get; init; }

    /// <summary><c>collection.json</c>.</summary>
    public required JsonElement Collection { get; init; }

    /// <summary><c>index.json</c>.</summary>
    public required JsonElement Index { get; init; }

    /// <summary>The files of <c>cards/</c>, as an array in any order.</summary>
    public required JsonElement Cards { get; init; }
}
