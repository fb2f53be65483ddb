using Concord.Receipts.Signing;
using PixPax.Host.Platform.Configuration;

namespace PixPax.Host.Platform.Derived;

/// <summary>Whose snapshots of long streams are believed; from the section <c>PixPax:Snapshots</c>.</summary>
internal sealed record SnapshotOptions
{
    /// <summary>The keys that are pinned. With local keys the host's own is, too.</summary>
    public required IReadOnlyList<PublicKey> PublicKeys { get; init; }

    /// <summary>The version of the key that this host signs snapshots with, if it makes any.</summary>
    public required int KeyVersion { get; init; }

    public static SnapshotOptions Read(SettingsReader section)
    {
        var options = new SnapshotOptions
        {
            PublicKeys = section.List(nameof(PublicKeys), "key", Parse, "is not the base64 of an uncompressed P-256 SubjectPublicKeyInfo (91 bytes)."),
            KeyVersion = section.Value(nameof(KeyVersion), 1, Numbers.From(1, int.MaxValue), "is not a number from 1 on."),
        };
        section.RefuseUnknown();
        return options;
    }

    private static PublicKey? Parse(string text)
    {
        var spki = new byte[PublicKey.SpkiLength + 2];
        return Convert.TryFromBase64String(text, spki, out var length) && PublicKey.TryFromSpki(spki.AsSpan(0, length), out var key) ? key : null;
    }
}
