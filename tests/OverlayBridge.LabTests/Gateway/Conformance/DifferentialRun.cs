using System.Collections.Immutable;

namespace OverlayBridge.LabTests.Gateway.Conformance;

/// <summary>The requests of one seed, each sent to Consul and to the gateway, and what both answered compared.</summary>
internal static class DifferentialRun
{
    private const int BesideEvery = 7;

    /// <summary>The first difference with what led to it, or null. Leaves no keys and sessions behind when there is none.</summary>
    public static async Task<string?> CompareAsync(int seed, int requests, HttpClient consul, HttpClient gateway, CancellationToken cancellationToken)
    {
        var random = new RandomRequests(seed);
        ImmutableArray<string> keys = [.. random.Keys.Select(key => key.Text)];
        var (theirs, ours) = (new Side(consul, keys), new Side(gateway, keys));
        var comparison = new Comparison(theirs, ours);
        var last = new Queue<string>();
        for (var number = 1; number <= requests; number++)
        {
            if (number % BesideEvery == 0)
                await WriteBesideAsync(gateway, cancellationToken);
            var request = random.Next();
            var their = await theirs.SendAsync(request, cancellationToken);
            var our = await ours.SendAsync(request, cancellationToken);
            if (comparison.Difference(request, their, our) is { } difference)
                return $"{difference} at seed {seed}, request {number}: {request}\n  Consul:  {their}\n  gateway: {our}\nbefore it:\n{string.Join('\n', last)}";
            last.Enqueue($"{number}: {request} -> {their.Status} [{their.Index}/{our.Index}] {(their.Body.Length > 100 ? their.Body[..100] + "…" : their.Body)}");
            if (last.Count > 25)
                last.Dequeue();
        }
        // Keys first: a lock that goes with its key leaves no lock-delay.
        foreach (var side in new[] { theirs, ours })
            foreach (var request in (IEnumerable<RequestTemplate>)[new("DELETE", $"/v1/kv/{seed}/?recurse"), new("DELETE", "/v1/kv/a"), new("DELETE", "/v1/kv/missing"), .. side.Sessions.Select(id => new RequestTemplate("PUT", $"/v1/session/destroy/{id}"))])
                Assert.Equal(200, (await side.SendAsync(request, cancellationToken)).Status);
        return null;
    }

    /// <summary>What the bridge does for itself at any time: a write that Consul does not see, to a key that no request asks for.</summary>
    private static async Task WriteBesideAsync(HttpClient gateway, CancellationToken cancellationToken)
    {
        using var answer = await gateway.PutAsync("/v1/kv/beside", new ByteArrayContent([1]), cancellationToken);
        answer.EnsureSuccessStatusCode();
    }
}
