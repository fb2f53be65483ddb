namespace PixPax.Client;

/// <summary>Says what a command carries besides its body. One object is one command: passed again, it is the same one, and is done once.</summary>
public sealed class CommandOptions
{
    /// <summary>Gets the key, the same for all attempts: a new one unless given. To go on with a command whose outcome is unknown, give its key.</summary>
    public Guid IdempotencyKey { get; init; } = Guid.CreateVersion7();

    /// <summary>Gets the entity tag that the stream must have (see <see cref="EntityTag.Of"/>); otherwise the command is refused as <c>version-conflict</c>.</summary>
    public string? IfMatch { get; init; }

    internal string Key => IdempotencyKey.ToString("D");
}
