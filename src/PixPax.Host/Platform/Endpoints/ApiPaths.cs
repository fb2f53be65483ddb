namespace PixPax.Host.Platform.Endpoints;

internal static class ApiPaths
{
    public const string Prefix = "/v1/";

    /// <summary>Everything under here is for operators, whether it exists or not.</summary>
    public const string Admin = "/v1/admin";

    public static bool IsAdmin(PathString path) => path.StartsWithSegments(Admin);
}
