using System.Net.Http.Headers;
using System.Text;
using Concord.Receipts.Hashing;

namespace Concord.Benchmarks.Vault;

/// <summary>The floor: the very request that signs, made beforehand and sent as it is; its answer read, and not looked at.</summary>
internal sealed class RawCall(Uri address, string key, IReadOnlyList<Sha256Hash> digests) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false });
    private readonly byte[] _body = Encoding.ASCII.GetBytes(
        $$"""{"hash_algorithm":"sha2-256","prehashed":true,"marshaling_algorithm":"jws","key_version":1,"batch_input":[{{string.Join(',', digests.Select(digest => $$"""{"input":"{{Convert.ToBase64String(digest.Bytes)}}"}"""))}}]}""");

    public void Dispose() => _http.Dispose();

    public async Task<byte[]> SendAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, $"/v1/transit/sign/{key}"));
        request.Headers.Add("X-Vault-Token", DevelopmentServer.Token);
        request.Headers.Add("X-Vault-Request", "true");
        request.Content = new ByteArrayContent(_body);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await _http.SendAsync(request);
        return await response.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync();
    }
}
