using System.Net;

namespace OverlayBridge.ClusterTests.Chaos;

/// <summary>What came of a request.</summary>
internal enum Fate
{
    Answered,

    /// <summary>It never got there, or the node says that nothing was done.</summary>
    NotDone,

    /// <summary>It may have been carried out, or may still be.</summary>
    Unknown,
}

/// <summary>A request's fate, and its answer if there is one.</summary>
/// <param name="Index">X-Consul-Index, 0 without one.</param>
internal readonly record struct Reply(Fate Fate, HttpStatusCode Status, string Body, ulong Index)
{
    private const string Outcome = "X-OverlayBridge-Outcome";

    /// <summary>Sends it once; what a node answers other than success, absence and a condition that did not hold, fails the test.</summary>
    /// <param name="body">Null: empty. Never without a content, or .NET itself would send it again when a connection breaks.</param>
    public static async Task<Reply> ToAsync(HttpClient client, HttpMethod method, string target, string? body = null)
    {
        using var request = new HttpRequestMessage(method, target);
        if (method != HttpMethod.Get)
            request.Content = new StringContent(body ?? "");
        try
        {
            using var response = await client.SendAsync(request, CancellationToken.None);
            var text = await response.Content.ReadAsStringAsync(CancellationToken.None);
            if (response.StatusCode is HttpStatusCode.OK or HttpStatusCode.NotFound or HttpStatusCode.Conflict)
            {
                var index = response.Headers.TryGetValues("X-Consul-Index", out var values) ? ulong.Parse(values.Single(), null) : 0;
                return new Reply(Fate.Answered, response.StatusCode, text, index);
            }
            Assert.True(response.StatusCode == HttpStatusCode.InternalServerError, $"{method} {target}: {response.StatusCode} {text}");
            var nothingDone = response.Headers.TryGetValues(Outcome, out var outcome) && outcome.Single() is "none" or "refused";
            return new Reply(nothingDone ? Fate.NotDone : Fate.Unknown, response.StatusCode, text, 0);
        }
        catch (HttpRequestException e)
        {
            return new Reply(e.HttpRequestError == HttpRequestError.ConnectionError ? Fate.NotDone : Fate.Unknown, default, e.Message, 0);
        }
        catch (OperationCanceledException e)
        {
            return new Reply(Fate.Unknown, default, e.Message, 0); // the client's own time limit
        }
    }
}
