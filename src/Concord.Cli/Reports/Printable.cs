using System.Globalization;
using System.Text;
using Concord.Receipts;

namespace Concord.Cli.Reports;

/// <summary>Text for a person's terminal. What a file says may be anything: nothing in it moves the cursor or begins a line.</summary>
internal static class Printable
{
    /// <summary>One line, with control and format characters spelled out.</summary>
    public static string Line(string text)
    {
        if (!text.Any(IsUnsafe))
            return text;
        var line = new StringBuilder(text.Length + 16);
        foreach (var character in text)
            _ = IsUnsafe(character) ? line.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}") : line.Append(character);
        return line.ToString();
    }

    /// <summary>A stream's name, such as <c>pixbook accountId=A bookId=B</c>.</summary>
    public static string Stream(StreamId stream) => string.Join(' ', stream.Ids.Select(id => $"{id.Key}={id.Value}").Prepend(stream.Type));

    /// <summary>A number and the right word for it.</summary>
    public static string Count(long number, string one, string many) => string.Create(CultureInfo.InvariantCulture, $"{number} {(number == 1 ? one : many)}");

    private static bool IsUnsafe(char character) => char.GetUnicodeCategory(character) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate;
}
