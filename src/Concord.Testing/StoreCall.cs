using Concord.Receipts.Storage;

namespace Concord.Testing;

/// <summary>An operation of <see cref="IObjectStore"/>.</summary>
public enum StoreOperation
{
    /// <summary><see cref="IObjectStore.CreateAsync"/>.</summary>
    Create,

    /// <summary><see cref="IObjectStore.GetAsync"/>.</summary>
    Get,

    /// <summary><see cref="IObjectStore.ListAsync"/>.</summary>
    List,

    /// <summary><see cref="IObjectStore.PutAsync"/>.</summary>
    Put,
}

/// <summary>Represents one call of a store.</summary>
/// <param name="Number">Counted from 1 over all calls.</param>
/// <param name="Operation">The operation.</param>
/// <param name="Key">The key, or the prefix of a listing.</param>
public sealed record StoreCall(int Number, StoreOperation Operation, string Key)
{
    /// <summary>Gets whether it writes.</summary>
    public bool IsWrite => Operation is StoreOperation.Create or StoreOperation.Put;
}
