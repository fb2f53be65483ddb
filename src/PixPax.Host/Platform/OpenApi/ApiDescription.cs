using Microsoft.AspNetCore.Authorization;
using Microsoft.OpenApi;
using PixPax.Host.Platform.Endpoints;

namespace PixPax.Host.Platform.OpenApi;

/// <summary>The whole API as an OpenAPI document, made from what its endpoints say about themselves: nothing is written beside the code.</summary>
internal sealed class ApiDescription
{
    public const string Bearer = "bearer";
    public const string Session = "session";

    /// <summary>The parts of the API. An operation belongs to one of them.</summary>
    public static readonly IReadOnlyDictionary<string, string> Tags = new Dictionary<string, string>
    {
        ["Accounts"] = "A workspace, and who may act in it.",
        ["Identities"] = "The collectors of an account, each with one active signing key.",
        ["Collections"] = "What there is to collect: published versions, which never change.",
        ["Pixbooks"] = "The books of collectors: their cards, saves and receipts.",
        ["Receipts"] = "Receipts by themselves, and what it takes to verify them.",
        ["Credentials"] = "What services sign in with.",
        ["Operations"] = "What operators look at: streams, heads, projection, checks. All of it reads.",
        ["Service"] = "Health, and the description of the API itself.",
    };

    private const string About = """
        Sticker albums whose every change is a signed, chained receipt.

        Commands are `POST`s with an `Idempotency-Key`, and answer with the receipts that they wrote. Every `GET` also answers `HEAD`.
        Errors are problems of RFC 9457 with a stable `code`. What all endpoints have in common: `docs/api.md` of the project.
        """;

    private readonly List<string> _faults = [];

    private ApiDescription(OpenApiDocument document) => Document = document;

    public OpenApiDocument Document { get; }

    /// <summary>What endpoints leave unsaid, for whoever added them; empty when the document is whole.</summary>
    public IReadOnlyList<string> Faults => _faults;

    /// <summary>Whether an endpoint is part of the API; pages for people are not.</summary>
    public static bool Has(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<IExcludeFromDescriptionMetadata>() is not { ExcludeFromDescription: true };

    public static ApiDescription Of(IEnumerable<Endpoint> endpoints)
    {
        var document = new OpenApiDocument
        {
            Info = new OpenApiInfo { Title = "PixPax", Version = "v1", Description = About.ReplaceLineEndings("\n"), License = new OpenApiLicense { Name = "Apache-2.0", Url = new Uri("https://www.apache.org/licenses/LICENSE-2.0") } },
            Servers = [new OpenApiServer { Url = "/", Description = "The host that serves this document." }],
            Paths = [],
            Tags = new HashSet<OpenApiTag>([.. Tags.Select(tag => new OpenApiTag { Name = tag.Key, Description = tag.Value })]),
            Components = new OpenApiComponents
            {
                Schemas = new SortedDictionary<string, IOpenApiSchema>(StringComparer.Ordinal),
                Headers = new SortedDictionary<string, IOpenApiHeader>(StringComparer.Ordinal),
                Examples = new SortedDictionary<string, IOpenApiExample>(StringComparer.Ordinal),
                Responses = new SortedDictionary<string, IOpenApiResponse>(StringComparer.Ordinal),
                SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
                {
                    [Bearer] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", BearerFormat = "JWT", Description = "A token, in `Authorization: Bearer …`. In development `dev:USERID` is that user." },
                    [Session] = new OpenApiSecurityScheme { Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Cookie, Name = "better-auth.session_token", Description = "The session of a browser that has signed in." },
                },
            },
        };
        var description = new ApiDescription(document);
        AnswerHeaders.AddTo(document);
        ProblemSchemas.AddTo(document);
        description.AddOperations(endpoints.OfType<RouteEndpoint>().Where(Has));
        return description;
    }

    private void AddOperations(IEnumerable<RouteEndpoint> endpoints)
    {
        var schemas = new SchemaSet(Document);
        var operations = endpoints
            .SelectMany(endpoint => MethodsOf(endpoint), (endpoint, method) => (Path: PathOf(endpoint), Method: method, Endpoint: endpoint))
            .OrderBy(operation => operation.Path, StringComparer.Ordinal).ThenBy(operation => operation.Method, StringComparer.Ordinal);
        foreach (var (path, method, endpoint) in operations)
        {
            if (!Document.Paths.TryGetValue(path, out var item)) Document.Paths.Add(path, item = new OpenApiPathItem { Operations = [] });
            item.Operations!.Add(HttpMethod.Parse(method), new OperationDescription(Document, schemas, endpoint, _faults).Describe());
        }

        _faults.AddRange(schemas.Undescribed.Select(member => $"{member} says not what it means: list it in {nameof(Members)}, or give it a [Description]."));
    }

    /// <summary>The path as OpenAPI writes it: constraints and defaults are no part of it.</summary>
    private static string PathOf(RouteEndpoint endpoint) => "/" + string.Join('/', endpoint.RoutePattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(part => part switch
    {
        Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart parameter => $"{{{parameter.Name}}}",
        Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal => literal.Content,
        Microsoft.AspNetCore.Routing.Patterns.RoutePatternSeparatorPart separator => separator.Content,
        _ => "",
    }))));

    /// <summary>HEAD is a GET without its body; it is said once, of all.</summary>
    private static IEnumerable<string> MethodsOf(RouteEndpoint endpoint) =>
        (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []).Where(method => !HttpMethods.IsHead(method));
}
