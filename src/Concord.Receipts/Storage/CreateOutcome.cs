namespace Concord.Receipts.Storage;

/// <summary>Says whether a create made the object.</summary>
public enum CreateOutcome
{
    /// <summary>This call created the object; it is durable.</summary>
    Created,

    /// <summary>There is an object under this key already; it is unchanged, and durable.</summary>
    AlreadyExists,
}
