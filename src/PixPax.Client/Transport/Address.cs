using System.Globalization;
using System.Runtime.CompilerServices;

namespace PixPax.Client.Transport;

/// <summary>An address below the root of the API. What is put in is escaped.</summary>
internal static class Address
{
    public static string Of(Template template) => template.Text;

    /// <summary>Adds a parameter, unless it is null.</summary>
    public static string With<T>(this string address, string name, T? value) =>
        value is null ? address : $"{address}{(address.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{name}={Uri.EscapeDataString(Convert.ToString(value, CultureInfo.InvariantCulture)!)}";

    /// <summary>Refuses an id that an address would take for a step: escaping leaves dots as they are.</summary>
    /// <exception cref="ArgumentException">It is <c>.</c> or <c>..</c>.</exception>
    public static void ThrowIfStep(string id)
    {
        if (id is "." or "..")
            throw new ArgumentException($"'{id}' is no id: an address would take it for a step.", nameof(id));
    }

    [InterpolatedStringHandler]
    public struct Template
    {
        public Template(int literalLength, int formattedCount) => Text = "";

        public string Text { get; private set; }

        public void AppendLiteral(string text) => Text += text;

        public void AppendFormatted(string id)
        {
            ArgumentException.ThrowIfNullOrEmpty(id);
            ThrowIfStep(id);
            Text += Uri.EscapeDataString(id);
        }
    }
}
