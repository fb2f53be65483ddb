using Concord.Receipts.Verification;

namespace PixPax.Client.Tests.Docs;

/// <summary>The quick start of docs/clients.md, word for word.</summary>
internal static class QuickStart
{
    private static readonly List<string> Said = [];

    private static string Address { get; set; } = "";

    private static string Trust { get; set; } = "";

    /// <summary>Runs it against a host, with the trust file of that host; gives what it said.</summary>
    public static async Task<IReadOnlyList<string>> RunAsync(Uri address, string trustFile)
    {
        (Address, Trust) = (address.ToString(), trustFile);
        await RunAsync();
        return Said;
    }

    private static async Task RunAsync()
    {
        using var pixpax = new PixPaxClient(new PixPaxClientOptions
        {
            BaseAddress = new Uri(Address),
            AccessToken = _ => new("dev:ada"),
        });

        var account = await pixpax.Accounts.CreateAsync(new CreateAccount { Name = "Ada" });
        var identity = await pixpax.Identities.CreateAsync(new CreateIdentity { AccountId = account.AccountId, Label = "Ada" });
        var book = await pixpax.Pixbooks.CreateAsync(new CreatePixbook
        {
            AccountId = account.AccountId, IdentityId = identity.IdentityId, CollectionId = "garden-birds", Name = "My birds",
        });
        await pixpax.Pixbooks.SaveAsync(book.BookId, SavePixbook.Of(new { page = 1 }));

        // Decided on the version that was read, or refused.
        var read = await pixpax.Pixbooks.GetAsync(book.BookId);
        try
        {
            await pixpax.Pixbooks.SaveAsync(book.BookId, SavePixbook.Of(new { page = 2 }), new CommandOptions { IfMatch = EntityTag.Of(read.StreamVersion, read.Hash) });
        }
        catch (PixPaxProblemException problem) when (problem.Code == ProblemCodes.VersionConflict)
        {
            Said.Add($"Somebody else saved version {problem.CurrentVersion}.");
        }

        await foreach (var receipt in pixpax.Pixbooks.ReceiptsAsync(book.BookId))
            Said.Add($"{receipt.StreamVersion} {receipt.Type} {receipt.Hash}");

        // Not the host's word: the signatures, the chain and who may sign, judged here.
        var trust = TrustFile.Parse(await File.ReadAllBytesAsync(Trust));
        var report = await pixpax.Pixbooks.VerifyAsync(book.BookId, trust);
        Said.Add(report.IsGood ? "good" : string.Join('\n', report.Failures));
    }
}
