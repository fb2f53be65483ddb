namespace PixPax.Host.Platform.Errors;

/// <summary>
/// One thing wrong with a request: in the body, at a JSON Pointer, or in a parameter of the address or a header, by its name.
/// </summary>
internal sealed record RequestError
{
    private RequestError(string? pointer, string? parameter, string detail) => (Pointer, Parameter, Detail) = (pointer, parameter, detail);

    public string? Pointer { get; }

    public string? Parameter { get; }

    public string Detail { get; }

    public static RequestError InBody(string pointer, string detail) => new(pointer, null, detail);

    public static RequestError InParameter(string name, string detail) => new(null, name, detail);
}
