using System.Globalization;
using OpenTelemetry.Exporter;
using PixPax.Host.Platform.Configuration;

namespace PixPax.Host.Platform.Telemetry;

internal enum LogFormat { Text, Json }

internal enum OtlpKind { Grpc, Http }

/// <summary>Where the host tells of itself; from the section <c>PixPax:Telemetry</c>. By default its console alone.</summary>
internal sealed record TelemetryOptions
{
    public LogFormat Logs { get; init; }

    /// <summary>A collector for traces, metrics and logs; none by default.</summary>
    public Uri? Otlp { get; init; }

    public OtlpKind OtlpProtocol { get; init; }

    /// <summary>The share of traces that are kept where the caller has not decided, 0 to 1.</summary>
    public required double TraceRatio { get; init; }

    public static TelemetryOptions Read(SettingsReader section)
    {
        var options = new TelemetryOptions
        {
            Logs = section.Choice(nameof(Logs), LogFormat.Text, LogFormat.Json),
            Otlp = section.Optional(nameof(Otlp), HttpAddress, "is not the address of a collector, such as http://localhost:4317."),
            OtlpProtocol = section.Choice(nameof(OtlpProtocol), OtlpKind.Grpc, OtlpKind.Http),
            TraceRatio = section.Value(nameof(TraceRatio), 1.0, Share, "is not a share from 0 to 1, such as 0.1."),
        };
        section.RefuseUnknown();
        return options;
    }

    public OtlpExportProtocol Protocol => OtlpProtocol == OtlpKind.Http ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;

    private static Uri? HttpAddress(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri : null;

    private static double? Share(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share) && share is >= 0 and <= 1 ? share : null;
}
