using System.Globalization;
using System.Text;
using PixPax.Host.Tests.OpenApi;

namespace PixPax.Host.Tests.Fuzz;

/// <summary>A request as it goes over the wire, byte by byte, and what is known of it.</summary>
internal sealed class FuzzRequest(ApiOperation operation)
{
    /// <summary>The operation that it was made from, and is of unless its method or path was changed.</summary>
    public ApiOperation Operation => operation;

    public string Method { get; set; } = operation.Method;

    /// <summary>The path, as it is sent.</summary>
    public required string Path { get; set; }

    /// <summary>Names and values, as they are sent.</summary>
    public List<(string Name, string Value)> Query { get; } = [];

    public List<(string Name, string Value)> Headers { get; } = [];

    public byte[]? Body { get; set; }

    /// <summary>What was done to it, for the report.</summary>
    public List<string> Changes { get; } = [];

    /// <summary>Another method or path: it may be of another operation, or of none.</summary>
    public bool IsElsewhere { get; set; }

    /// <summary>It must not succeed, whoever sends it.</summary>
    public bool IsWrong { get; set; }

    /// <summary>The server may refuse it before it is HTTP to anybody: a status and no body.</summary>
    public bool MayBeNoHttp { get; set; }

    /// <summary>It says what the description does not tell of (a condition, an <c>Accept</c>), so it may be refused although it is as described.</summary>
    public bool IsOdd { get; set; }

    public string? Header(string name) => Headers.Where(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(header => header.Value).FirstOrDefault();

    public void Set(string name, string value)
    {
        Headers.RemoveAll(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        Headers.Add((name, value));
    }

    public byte[] ToBytes(string host)
    {
        var head = new StringBuilder();
        head.Append(Method).Append(' ').Append(Path);
        if (Query.Count > 0) head.Append('?').AppendJoin('&', Query.Select(item => item.Value.Length == 0 ? item.Name : $"{item.Name}={item.Value}"));
        head.Append(" HTTP/1.1\r\nHost: ").Append(host).Append("\r\n");
        foreach (var (name, value) in Headers) head.Append(name).Append(": ").Append(value).Append("\r\n");
        if (Body is not null) head.Append(CultureInfo.InvariantCulture, $"Content-Length: {Body.Length}\r\n");
        else if (Method is "POST" or "PUT" or "PATCH") head.Append("Content-Length: 0\r\n");
        head.Append("\r\n");
        return [.. Encoding.Latin1.GetBytes(head.ToString()), .. Body ?? []];
    }

    /// <summary>What to send again.</summary>
    public override string ToString()
    {
        var bytes = ToBytes("host");
        return $"{operation.Name} [{string.Join("; ", Changes)}]\n{Encoding.Latin1.GetString(bytes, 0, Math.Min(bytes.Length, 2000))}{(bytes.Length > 2000 ? $"… ({bytes.Length} bytes)" : "")}";
    }
}
