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

    [InterpolatedStringHandler]
    public struct Template
    {
        public Template(int literalLength, int formattedCount) => Text = "";

        public string Text { get; private set; }

        public void AppendLiteral(string text) => Text += text;

        public void AppendFormatted(string id)
        {
            ArgumentException.ThrowIfNullOrEmpty(id);
            Text += Uri.EscapeDataString(id);
        }
    }
}
