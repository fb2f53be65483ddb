namespace Concord.Receipts.Bundles;

/// <summary>Names what an import is doing.</summary>
public enum ImportStage
{
    /// <summary>It verifies the bundle.</summary>
    Verifying,

    /// <summary>It compares the bundle with the store.</summary>
    Comparing,

    /// <summary>It writes what the store lacks.</summary>
    Writing,
}

/// <summary>Represents how far an import is: the bundle is read once in each stage.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="BytesRead">How many bytes of the bundle have been read in it.</param>
public readonly record struct ImportProgress(ImportStage Stage, long BytesRead);
