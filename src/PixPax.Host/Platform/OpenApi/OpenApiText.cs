using System.Globalization;
using System.Text;
using Microsoft.OpenApi;

namespace PixPax.Host.Platform.OpenApi;

/// <summary>An OpenAPI document as text: the same bytes for the same program, wherever and whenever it is written.</summary>
internal static class OpenApiText
{
    /// <summary>Writes a document; one that is written in 3.0 can be written no other way afterwards.</summary>
    public static string Write(OpenApiDocument document, OpenApiSpecVersion version)
    {
        if (version == OpenApiSpecVersion.OpenApi3_0) new OpenApiWalker(new NullableReferences()).Walk(document);
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        document.SerializeAs(version, new OpenApiJsonWriter(text));
        return text.ToString().ReplaceLineEndings("\n") + "\n";
    }

    public static byte[] WriteUtf8(OpenApiDocument document, OpenApiSpecVersion version) => Encoding.UTF8.GetBytes(Write(document, version));

    /// <summary>In 3.0 null is no type, and a reference has no siblings: what is a thing or null is said as its generators read it.</summary>
    private sealed class NullableReferences : OpenApiVisitorBase
    {
        public override void Visit(IOpenApiSchema schema)
        {
            if (schema is not OpenApiSchema { OneOf: [OpenApiSchemaReference thing, OpenApiSchema { Type: JsonSchemaType.Null }] } either) return;

            (either.OneOf, either.AllOf) = (null, [thing]);
            either.Type = JsonSchemaType.Object | JsonSchemaType.Null;
        }
    }
}
