using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace PixPax.Host.Platform.Subscriptions.News;

/// <summary>
/// News as one notification carries them: a line with the name of the host that tells, then a line for each stream, its version and its
/// prefix. Everything is ASCII, so characters are bytes.
/// </summary>
internal sealed record NewsPayload(string From, IReadOnlyList<(string Prefix, long Version)> Streams)
{
    /// <summary>The first line of every payload begins with it: another version of this form is not taken for this one.</summary>
    private const string Form = "1 ";

    /// <summary>What a notification may carry is "less than 8000 bytes" (PostgreSQL, NOTIFY).</summary>
    public const int MaxBytes = 7_900;

    /// <summary>Writes news, into as few payloads as they take.</summary>
    public static IEnumerable<string> Write(string from, IEnumerable<(string Prefix, long Version)> streams)
    {
        var head = Form + from;
        var payload = new StringBuilder(head);
        foreach (var (prefix, version) in streams)
        {
            var line = string.Create(CultureInfo.InvariantCulture, $"\n{version} {prefix}");
            if (payload.Length + line.Length > MaxBytes)
            {
                yield return payload.ToString();
                payload.Clear().Append(head);
            }

            payload.Append(line);
        }

        if (payload.Length > head.Length) yield return payload.ToString();
    }

    /// <summary>Reads a payload. Whoever may use the database may send one: what is not of this form is no news.</summary>
    public static bool TryRead(string payload, [NotNullWhen(true)] out NewsPayload? news)
    {
        news = null;
        var lines = payload.Split('\n');
        if (payload.Length > MaxBytes || !lines[0].StartsWith(Form, StringComparison.Ordinal)) return false;
        var streams = new List<(string, long)>(lines.Length - 1);
        foreach (var line in lines.AsSpan(1))
        {
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            if (space <= 0 || !long.TryParse(line.AsSpan(0, space), NumberStyles.None, CultureInfo.InvariantCulture, out var version)) return false;
            streams.Add((line[(space + 1)..], version));
        }

        news = new NewsPayload(lines[0][Form.Length..], streams);
        return true;
    }
}
