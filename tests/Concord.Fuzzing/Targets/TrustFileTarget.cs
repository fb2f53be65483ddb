using Concord.Fuzzing.Running;
using Concord.Receipts.Verification;

namespace Concord.Fuzzing.Targets;

/// <summary>A trust file, and the policy in it: admitted, or refused with a <see cref="FormatException"/>.</summary>
internal sealed class TrustFileTarget : FuzzTarget
{
    public override string Name => "trust-file";

    public override string PeerName => "trust";

    public override IEnumerable<byte[]> Seeds() =>
    [
        .. VectorFiles.Files("trustFiles"),
        // As a host gives one to the SDK: a policy alone.
        .. VectorFiles.Files("trustFiles").Select(Policy).OfType<byte[]>(),
    ];

    public override Verdict Run(byte[] input)
    {
        var budget = AllocationBudget.Begin(input.Length, perByte: 200);
        var policy = Refusal(() => IssuerPolicy.Parse(input.AsMemory()));
        var trust = Refusal(() => TrustFile.Parse(input));
        budget.End();
        return new Verdict($"{trust} {policy}", trust is null ? "good" : "refused");
    }

    private static string? Refusal(Func<object> parse)
    {
        try
        {
            parse();
            return null;
        }
        catch (FormatException exception)
        {
            Require(exception.Message.Length > 10, "the reason says nothing");
            // Its own words, without those of the file.
            return string.Join(' ', exception.Message.Split(' ').Where(word => word.All(char.IsAsciiLetterLower)));
        }
    }

    private static byte[]? Policy(byte[] trustFile)
    {
        try
        {
            return System.Text.Json.Nodes.JsonNode.Parse(trustFile) is System.Text.Json.Nodes.JsonObject trust && trust["policy"] is { } policy
                ? System.Text.Encoding.UTF8.GetBytes(policy.ToJsonString()) : null;
        }
        catch (Exception exception) when (exception is System.Text.Json.JsonException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }
}
