// Verifies a bundle against a trust file, offline: VerifyOffline BUNDLE [TRUST]
// Ends with 0: good. 1: something breaks a rule. 2: it could not be checked. 3: good as far as it goes, no trust file given.
using Concord.Receipts.Bundles;
using Concord.Receipts.Verification;

if (args is not ([_] or [_, _]))
{
    Console.Error.WriteLine("usage: VerifyOffline BUNDLE [TRUST]");
    return 2;
}

VerificationReport report;
try
{
    var trust = args.Length == 2 ? TrustFile.Parse(await File.ReadAllBytesAsync(args[1])) : null;
    using var bundle = File.OpenRead(args[0]);
    report = await BundleVerifier.VerifyAsync(bundle, trust, Path.GetFileName(args[0]));
}
catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException)
{
    Console.Error.WriteLine(OneLine(exception.Message));
    return 2;
}

foreach (var stream in report.Streams)
    Console.WriteLine($"stream: {stream.Stream}, versions {stream.From} to {stream.To}, {stream.Hash}");
foreach (var failure in report.Failures)
    Console.WriteLine(OneLine($"failure: {failure}"));
if (report.FailureCount > report.Failures.Count)
    Console.WriteLine($"failure: {report.FailureCount - report.Failures.Count} more");
foreach (var item in report.NotChecked)
    Console.WriteLine(OneLine($"not checked: {item.Name}: {item.Detail}"));
Console.WriteLine($"{report.Receipts} receipts, {report.FailureCount} failures");

// Without a trust file a bundle only agrees with itself, and that must not look like a verdict that it is good.
var (word, exitCode) = report switch { { IsGood: false } => ("FAILED", 1), { IsIncomplete: true } => ("INCOMPLETE", 3), _ => ("OK", 0) };
Console.WriteLine(word);
return exitCode;

// What stands in a file that is not trusted must not steer a terminal.
static string OneLine(string text) => string.Create(text.Length, text, (span, from) =>
{
    for (var i = 0; i < span.Length; i++)
        span[i] = char.IsControl(from[i]) ? '\uFFFD' : from[i];
});
