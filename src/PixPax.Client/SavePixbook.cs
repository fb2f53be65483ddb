using System.Text.Json;

namespace PixPax.Client;

public partial record SavePixbook
{
    /// <summary>Makes the command that saves a document.</summary>
    /// <typeparam name="T">The type of the document.</typeparam>
    /// <param name="document">The client's document: whatever JSON it has.</param>
    /// <param name="options">How it is written.</param>
    public static SavePixbook Of<T>(T document, JsonSerializerOptions? options = null) => new() { Snapshot = JsonSerializer.SerializeToElement(document, options) };
}
