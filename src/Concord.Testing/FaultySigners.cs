using Concord.Receipts;
using Concord.Receipts.Hashing;
using Concord.Receipts.Signing;

namespace Concord.Testing;

/// <summary>A call to a key store.</summary>
public enum SignerOperation
{
    /// <summary><see cref="IReceiptSigners.GetAsync"/>.</summary>
    Find,

    /// <summary><see cref="IReceiptSigner.SignAsync"/>.</summary>
    Sign,
}

/// <summary>Fails as it is told where a key store in a network does: when a signer is looked for, and when it signs.</summary>
/// <param name="inner">The signers.</param>
public sealed class FaultySigners(IReceiptSigners inner) : IReceiptSigners
{
    /// <summary>Gets or sets what decides how a call fails. A signature that lands later is of no use to anybody: it fails.</summary>
    public Func<SignerOperation, CallFault> FaultOf { get; set; } = _ => CallFault.None;

    /// <inheritdoc/>
    public async ValueTask<IReceiptSigner> GetAsync(StreamId stream, string identityId, PublicKeyId? lastSeen, CancellationToken cancellationToken = default) =>
        await CallAsync(SignerOperation.Find, async () => new FaultySigner(this, await inner.GetAsync(stream, identityId, lastSeen, cancellationToken)), cancellationToken);

    private async ValueTask<T> CallAsync<T>(SignerOperation operation, Func<ValueTask<T>> call, CancellationToken cancellationToken)
    {
        var fault = FaultOf(operation);
        if (fault == CallFault.Hangs)
            await Task.Delay(Timeout.Infinite, cancellationToken);
        if (fault is CallFault.None or CallFault.ResponseLost)
        {
            var result = await call();
            if (fault == CallFault.None)
                return result;
        }
        throw new SigningException($"{operation} failed, as the test wanted.", isTransient: true);
    }

    private sealed class FaultySigner(FaultySigners signers, IReceiptSigner inner) : IReceiptSigner
    {
        public PublicKey PublicKey => inner.PublicKey;

        public ValueTask<IReadOnlyList<ReceiptSignature>> SignAsync(IReadOnlyList<Sha256Hash> digests, CancellationToken cancellationToken = default) =>
            signers.CallAsync(SignerOperation.Sign, () => inner.SignAsync(digests, cancellationToken), cancellationToken);
    }
}
