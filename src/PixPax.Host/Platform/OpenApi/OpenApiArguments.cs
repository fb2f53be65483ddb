using Microsoft.OpenApi;
using PixPax.Host.Platform.Configuration;

namespace PixPax.Host.Platform.OpenApi;

/// <summary>The options of the command <c>openapi</c>.</summary>
/// <param name="Version">The version of OpenAPI to write.</param>
internal sealed record OpenApiArguments(OpenApiSpecVersion Version)
{
    private const string VersionOption = "--openapi-version";

    private const string Help = """
        PixPax.Host openapi: prints the description of the API, as this program serves it. Nothing is started and nothing is read.

        Usage:
          PixPax.Host openapi [--openapi-version 3.1|3.0] [settings]

          --openapi-version VERSION  3.1, or its twin in 3.0 for generators that need one  (3.1)

        Example:
          PixPax.Host openapi --environment Development > pixpax-v1.json
        """;

    /// <exception cref="StartupRefusedException">An option is unknown or unusable.</exception>
    public static Invocation Read(string[] args)
    {
        var options = new VerbOptions("openapi", args, [VersionOption], []);
        if (options.AsksForHelp) return new Invocation(HostVerb.Help, []) { Help = Help };

        var version = options[VersionOption] switch
        {
            null or "3.1" => OpenApiSpecVersion.OpenApi3_1,
            "3.0" => OpenApiSpecVersion.OpenApi3_0,
            _ => throw options.Fault($"{VersionOption} is 3.1 or 3.0."),
        };
        return new Invocation(HostVerb.OpenApi, options.Settings) { OpenApi = new OpenApiArguments(version) };
    }
}
