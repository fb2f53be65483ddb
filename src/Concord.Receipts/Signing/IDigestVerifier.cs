namespace Concord.Receipts.Signing;

/// <summary>The primitive: ECDSA over P-256 (FIPS 186-5), a digest and <c>r‖s</c> in range, either half for s.</summary>
internal interface IDigestVerifier
{
    bool Verify(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature);
}
