namespace PixPax.Client;

/// <summary>Says where the API is, who asks, and how patiently.</summary>
public sealed class PixPaxClientOptions
{
    /// <summary>Gets or sets where the API is, such as <c>https://pixpax.example</c>. Required.</summary>
    public Uri? BaseAddress { get; set; }

    /// <summary>Gets or sets what gives the access token of each attempt, for <c>Authorization: Bearer</c>; without it only what anyone may read is given.</summary>
    public Func<CancellationToken, ValueTask<string>>? AccessToken { get; set; }

    /// <summary>Gets or sets how requests that are safe to repeat are tried again.</summary>
    public RetryPolicy Retry { get; set; } = new();

    /// <summary>Gets or sets what sends requests: for tests, or for what a network asks for. Not disposed of by the client.</summary>
    public HttpMessageHandler? Handler { get; set; }

    /// <summary>Gets or sets the clock that pauses are measured by.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;
}
