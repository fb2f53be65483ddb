namespace PixPax.Host.Platform.Authentication;

internal static class Policies
{
    /// <summary>For what belongs to the platform: publish a collection, grant a card, everything under <c>/v1/admin</c>.</summary>
    public const string Operator = "operator";
}
