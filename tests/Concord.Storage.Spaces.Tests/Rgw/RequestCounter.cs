using System.Collections.Concurrent;

namespace Concord.Storage.Spaces.Tests.Rgw;

/// <summary>Counts the requests of a store as they leave it.</summary>
internal sealed class RequestCounter
{
    private readonly ConcurrentQueue<string> _methods = new();

    public int Total => _methods.Count;

    public int Count(string method) => _methods.Count(one => one == method);

    public void Forget() => _methods.Clear();

    public SpacesObjectStore Open(SpacesOptions options) => new(options, handler => new Counting(handler, _methods));

    private sealed class Counting(HttpMessageHandler inner, ConcurrentQueue<string> methods) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            methods.Enqueue(request.Method.Method);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
