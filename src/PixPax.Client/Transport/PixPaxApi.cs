using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using PixPax.Client.Transport;

namespace PixPax.Client;

/// <summary>The generated transport: what it leaves open.</summary>
internal partial class PixPaxApi
{
    // What is left out of a command and what is null in it are two commands: what was not given is not sent.
    static partial void UpdateJsonSerializerSettings(JsonSerializerOptions settings) => settings.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;

    // The address as it was put together, before steps in it are taken.
#pragma warning disable CA1822 // the generator says that it is none of the type's
    partial void PrepareRequest(HttpClient client, HttpRequestMessage request, StringBuilder urlBuilder)
    {
        foreach (var segment in urlBuilder.ToString().Split('?')[0].Split('/'))
            Address.ThrowIfStep(segment);
    }
#pragma warning restore CA1822

    /// <summary>Gives what is there, or <see langword="null"/> where the caller has it already.</summary>
    public static async Task<T?> UnlessUnchangedAsync<T>(Task<T> answer)
        where T : class
    {
        try
        {
            return await answer.ConfigureAwait(false);
        }
        catch (UnexpectedAnswerException exception) when (exception.StatusCode == (int)HttpStatusCode.NotModified)
        {
            return null;
        }
    }
}
