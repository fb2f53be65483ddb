using System.Buffers;
using System.Text.Json;
using Concord.Cli.Running;
using Concord.Receipts.Checking;

namespace Concord.Cli.Reports;

/// <summary>What a check of a store found, for programs: one JSON object and a line feed. The names of its members are stable.</summary>
internal static class FsckJson
{
    public static ReadOnlyMemory<byte> Of(StoreCheckReport report, RepairMode mode) => Of(writer =>
    {
        writer.WriteBoolean("clean", report.IsClean);
        writer.WriteNumber("exitCode", FsckText.ExitCodeOf(report));
        writer.WriteNumber("objects", report.Objects);
        writer.WriteNumber("receipts", report.Receipts);
        writer.WriteNumber("damageCount", report.DamageCount);
        writer.WriteNumber("repairableCount", report.RepairableCount);
        writer.WriteNumber("noteCount", report.NoteCount);
        VerdictJson.WriteArray(writer, "findings", report.Findings, Write);
        writer.WriteBoolean("dryRun", mode == RepairMode.DryRun);
        writer.WriteNumber("repairCount", report.RepairCount);
        VerdictJson.WriteArray(writer, "repairs", report.Repairs, Write);
        VerdictJson.WriteArray(writer, "notChecked", report.NotChecked, VerdictJson.Write);
        VerdictJson.WriteArray(writer, "streams", report.Streams, VerdictJson.Write);
        VerdictJson.WriteArray(writer, "keyHistories", report.KeyHistories, VerdictJson.Write);
    });

    /// <summary>Tells that there is none.</summary>
    public static ReadOnlyMemory<byte> Of(Fault fault) => Of(writer =>
    {
        writer.WriteBoolean("clean", false);
        writer.WriteNumber("exitCode", fault.ExitCode);
        writer.WriteString("error", fault.Message);
    });

    private static ReadOnlyMemory<byte> Of(Action<Utf8JsonWriter> writeMembers)
    {
        var json = new ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(json, VerdictJson.Options))
        {
            writer.WriteStartObject();
            writeMembers(writer);
            writer.WriteEndObject();
        }
        json.Write("\n"u8);
        return json.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter writer, Finding finding)
    {
        writer.WriteString("severity", FsckText.Name(finding.Severity));
        writer.WriteString("kind", finding.Kind.Name);
        writer.WriteString("object", finding.Key);
        VerdictJson.WriteStream(writer, finding.Stream);
        WriteVersion(writer, finding.StreamVersion);
        writer.WriteString("eventId", finding.EventId?.ToString());
        writer.WriteString("expected", finding.Expected);
        writer.WriteString("found", finding.Found);
        writer.WriteString("advice", finding.Advice);
        writer.WriteBoolean("needsWritersStopped", finding.NeedsWritersStopped);
    }

    private static void Write(Utf8JsonWriter writer, RepairAction repair)
    {
        writer.WriteString("kind", repair.Name);
        writer.WriteString("object", repair.Key);
        VerdictJson.WriteStream(writer, repair.Stream);
        WriteVersion(writer, repair.StreamVersion);
    }

    private static void WriteVersion(Utf8JsonWriter writer, long? version)
    {
        if (version is { } known)
            writer.WriteNumber("streamVersion", known);
        else
            writer.WriteNull("streamVersion");
    }
}
