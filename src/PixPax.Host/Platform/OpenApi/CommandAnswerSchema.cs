using Microsoft.OpenApi;

namespace PixPax.Host.Platform.OpenApi;

/// <summary>What a command answers, as <see cref="Receipts.CommandAnswer"/> writes it.</summary>
internal static class CommandAnswerSchema
{
    public static IOpenApiSchema Of(SchemaSet schemas, string name, IReadOnlyList<string> ids) => schemas.Of(name, _ =>
    {
        var schema = Forms.Object(
            ("eventId", Forms.EventId().Saying("The id of the last receipt that the command wrote.")),
            ("eventIds", Forms.Array(Forms.EventId()).Saying("The ids of all receipts that the command wrote, in their order.")),
            ("streamVersion", Forms.Version().Saying("The version of the stream right after the command.")),
            ("hash", Forms.Hash().Saying("The hash of the last receipt that the command wrote.")));
        foreach (var id in ids)
        {
            schema.Properties!.Add(id, Forms.Id().Saying(Members.DescriptionOf(id) ?? throw new InvalidOperationException($"{nameof(Members)} does not say what {id} is.")));
            schema.Required!.Add(id);
        }

        return schema.Saying("What the command wrote. A repeated command answers the same.");
    });
}
