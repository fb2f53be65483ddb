using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Concord.Receipts.Tests.Canonicalization;

/// <summary>The canonical form as one would explain it: parse, sort, write. It shares no code with the canonicalizer.</summary>
static class SlowCanonicalizer
{
    /// <summary>Returns the canonical form, or null if the text is not I-JSON.</summary>
    public static byte[]? Canonicalize(byte[] text)
    {
        if (!Utf8.IsValid(text))
            return null;
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            var canonical = new StringBuilder();
            return Write(document.RootElement, canonical) ? Encoding.UTF8.GetBytes(canonical.ToString()) : null;
        }
        catch (Exception invalid) when (invalid is JsonException or InvalidOperationException)
        {
            // InvalidOperationException is how System.Text.Json reports a lone surrogate.
            return null;
        }
    }

    static bool Write(JsonElement element, StringBuilder text)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                JsonProperty[] members = [.. element.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal)];
                if (members.DistinctBy(member => member.Name).Count() != members.Length)
                    return false;
                return WriteAll('{', '}', members, text, member =>
                {
                    WriteString(member.Name, text);
                    text.Append(':');
                    return Write(member.Value, text);
                });

            case JsonValueKind.Array:
                return WriteAll('[', ']', element.EnumerateArray(), text, item => Write(item, text));

            case JsonValueKind.String:
                WriteString(element.GetString()!, text);
                return true;

            case JsonValueKind.Number:
                double value = double.Parse(element.GetRawText(), CultureInfo.InvariantCulture);
                text.Append(double.IsFinite(value) ? Number(value) : "");
                return double.IsFinite(value);

            default:
                text.Append(element.GetRawText());
                return true;
        }
    }

    static bool WriteAll<T>(char open, char close, IEnumerable<T> items, StringBuilder text, Func<T, bool> write)
    {
        text.Append(open);
        bool first = true;
        foreach (T item in items)
        {
            if (!first)
                text.Append(',');
            first = false;
            if (!write(item))
                return false;
        }

        text.Append(close);
        return true;
    }

    static void WriteString(string value, StringBuilder text)
    {
        text.Append('"');
        foreach (char c in value)
        {
            text.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\b' => "\\b",
                '\f' => "\\f",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                < ' ' => $"\\u{(int)c:x4}",
                _ => c.ToString(),
            });
        }

        text.Append('"');
    }

    /// <summary>Number::toString of ECMA-262, by its definition: the smallest k, and digits s of that length, that give the value back.</summary>
    public static string Number(double value)
    {
        if (value == 0)
            return "0";
        if (value < 0)
            return "-" + Number(-value);

        (string s, int n) = FewestDigits(value);
        int k = s.Length;
        if (k <= n && n <= 21)
            return s + new string('0', n - k);
        if (n is > 0 and <= 21)
            return s[..n] + "." + s[n..];
        if (n is > -6 and <= 0)
            return "0." + new string('0', -n) + s;
        string exponent = (n > 0 ? "+" : "-") + Math.Abs(n - 1).ToString(CultureInfo.InvariantCulture);
        return s[..1] + (k > 1 ? "." + s[1..] : "") + "e" + exponent;
    }

    static (string Digits, int N) FewestDigits(double value)
    {
        for (int k = 1; ; k++)
        {
            string[] parts = value.ToString("E" + (k - 1), CultureInfo.InvariantCulture).Split('E');
            long rounded = long.Parse(parts[0].Replace(".", ""), CultureInfo.InvariantCulture);
            int scale = int.Parse(parts[1], CultureInfo.InvariantCulture) - (k - 1);

            // Below a power of two doubles lie closer, so the nearest k digits may miss where the next ones up hit.
            foreach (long s in new[] { rounded, rounded + 1, rounded - 1 })
            {
                if (double.Parse($"{s}E{scale}", CultureInfo.InvariantCulture) == value)
                {
                    string digits = s.ToString(CultureInfo.InvariantCulture).TrimEnd('0');
                    return (digits, s.ToString(CultureInfo.InvariantCulture).Length + scale);
                }
            }
        }
    }
}
