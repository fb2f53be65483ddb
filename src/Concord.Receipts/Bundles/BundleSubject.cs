using Concord.Receipts.Verification;

namespace Concord.Receipts.Bundles;

/// <summary>Says what a bundle was asked for.</summary>
/// <remarks>Whoever hands out bundles may hand out another genuine one, one of nothing but keys, or the end of a book: each breaks no rule, and
/// none is what was asked for.</remarks>
public abstract class BundleSubject
{
    private const string BookType = "pixbook";

    private BundleSubject(string expected) => Expected = expected;

    /// <summary>Asks for a book, from its first receipt on.</summary>
    /// <param name="bookId">The id of the book.</param>
    public static BundleSubject Book(string bookId)
    {
        ArgumentException.ThrowIfNullOrEmpty(bookId);
        return new WholeBook(bookId);
    }

    /// <summary>Asks for a receipt, wherever in its stream the bundle begins.</summary>
    /// <param name="eventId">The id of the receipt.</param>
    public static BundleSubject Receipt(EventId eventId) => new OneReceipt(eventId);

    private string Expected { get; }

    /// <summary>Gets the receipt that was asked for; <see langword="null"/> when it was something else.</summary>
    internal virtual EventId? EventId => null;

    /// <summary>Makes a failure of what did not come.</summary>
    /// <param name="report">The report on the bundle.</param>
    /// <param name="hasReceipt">Whether the receipt that was asked for came, and was good.</param>
    /// <param name="name">The file's name.</param>
    internal void Judge(VerificationReport report, bool hasReceipt, string name)
    {
        if (!IsIn(report, hasReceipt))
            report.Add(new VerificationFailure(FailureKind.StreamMismatch, name, null, null, EventId, Expected, "a bundle without it"));
    }

    private protected abstract bool IsIn(VerificationReport report, bool hasReceipt);

    private sealed class WholeBook(string bookId) : BundleSubject($"the book {bookId}, from its first receipt on")
    {
        private protected override bool IsIn(VerificationReport report, bool hasReceipt) =>
            report.Streams.Any(verdict => verdict.From == 1 && verdict.Stream.Type == BookType && verdict.Stream["bookId"] == bookId);
    }

    private sealed class OneReceipt(EventId eventId) : BundleSubject($"the receipt {eventId}, and good")
    {
        internal override EventId? EventId => eventId;

        private protected override bool IsIn(VerificationReport report, bool hasReceipt) => hasReceipt;
    }
}
