using System.Collections.Immutable;
using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Concord.Receipts.Storage;

namespace Concord.Storage.Spaces;

public sealed partial class SpacesObjectStore
{
    /// <summary>How far the service's clock may be from ours before the probe warns.</summary>
    public static readonly TimeSpan ClockWarning = TimeSpan.FromSeconds(5);

    /// <summary>How far the service's clock may be from ours at most.</summary>
    public static readonly TimeSpan ClockLimit = TimeSpan.FromSeconds(60);

    /// <summary>Finds out whether receipts may be kept here: versioning and Object Lock are off, the clocks agree, and what
    /// <see cref="StoreProbe"/> tries.</summary>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>What was found. A bucket that fails is a failed line, not an exception.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<ProbeReport> ProbeAsync(CancellationToken cancellationToken = default)
    {
        var lines = ImmutableArray.CreateBuilder<ProbeLine>();
        lines.Add(await LookAsync("clock", ProbeClockAsync).ConfigureAwait(false));
        // Whoever cannot be reached at all fails one line, not all of them.
        if (lines[0].Verdict != ProbeVerdict.Failed)
        {
            lines.Add(await LookAsync("versioning", ProbeVersioningAsync).ConfigureAwait(false));
            lines.Add(await LookAsync("object lock", ProbeObjectLockAsync).ConfigureAwait(false));
            lines.AddRange((await StoreProbe.RunAsync(this, this, cancellationToken).ConfigureAwait(false)).Lines);
        }
        return new ProbeReport(lines.ToImmutable());

        async Task<ProbeLine> LookAsync(string name, Func<SpacesRetry.Attempt, Task<(ProbeVerdict, string)>> look)
        {
            try
            {
                var (verdict, detail) = await _retry.RunAsync($"look at the {name} of", null, look, cancellationToken).ConfigureAwait(false);
                return new ProbeLine(name, verdict, detail);
            }
            catch (ObjectStoreException exception)
            {
                return new ProbeLine(name, ProbeVerdict.Failed, exception.Message);
            }
        }
    }

    private async Task<(ProbeVerdict, string)> ProbeVersioningAsync(SpacesRetry.Attempt attempt)
    {
        var answer = await _client.GetBucketVersioningAsync(new GetBucketVersioningRequest { BucketName = _options.Bucket }, attempt.Token).ConfigureAwait(false);
        var status = answer.VersioningConfig?.Status;
        return status is null || status == VersionStatus.Off
            ? (ProbeVerdict.Passed, "Versioning is off.")
            : (ProbeVerdict.Failed, $"Versioning is {status.Value.ToLowerInvariant()}: with it, some services let a second create of one object through. "
                + "Versioning cannot be taken back; make a new bucket that never had it, and copy the objects there with 'concord export' and 'concord import'.");
    }

    private async Task<(ProbeVerdict, string)> ProbeObjectLockAsync(SpacesRetry.Attempt attempt)
    {
        try
        {
            var answer = await _client.GetObjectLockConfigurationAsync(
                new GetObjectLockConfigurationRequest { BucketName = _options.Bucket }, attempt.Token).ConfigureAwait(false);
            return answer.ObjectLockConfiguration?.ObjectLockEnabled == ObjectLockEnabled.Enabled
                ? (ProbeVerdict.Failed, "Object Lock is on, and with it versioning: a second create of one object may go through. Make a bucket without Object Lock.")
                : (ProbeVerdict.Passed, "Object Lock is off.");
        }
        catch (AmazonServiceException refusal) when (refusal.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.NotImplemented or HttpStatusCode.MethodNotAllowed
            or HttpStatusCode.Forbidden or HttpStatusCode.BadRequest)
        {
            // Object Lock stands on versioning, which the line before has found to be off.
            return (ProbeVerdict.Passed, "Object Lock is off.");
        }
    }

    // Any answer has the Date, also one that refuses: no signature is needed, so a clock that is off by hours is told as such.
    private async Task<(ProbeVerdict, string)> ProbeClockAsync(SpacesRetry.Attempt attempt)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _options.Endpoint);
        var before = _options.TimeProvider.GetUtcNow();
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, attempt.Token).ConfigureAwait(false);
        var after = _options.TimeProvider.GetUtcNow();
        if (response.Headers.Date is not { } theirs)
            return (ProbeVerdict.Warned, "The service does not say what time it is. See to it that this machine's clock is set by NTP.");
        // The Date has whole seconds: theirs is up to one more.
        var skew = theirs > after ? theirs - after : theirs.AddSeconds(1) < before ? before - theirs.AddSeconds(1) : TimeSpan.Zero;
        var detail = $"This machine's clock and the service's are {skew.TotalSeconds:0.#} s apart.";
        return skew > ClockLimit ? (ProbeVerdict.Failed, $"{detail} Set this machine's clock by NTP.")
            : skew > ClockWarning ? (ProbeVerdict.Warned, $"{detail} See to it that this machine's clock is set by NTP.")
            : (ProbeVerdict.Passed, detail);
    }
}
