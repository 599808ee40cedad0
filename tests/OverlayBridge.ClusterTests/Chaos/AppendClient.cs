using System.Collections.Concurrent;

namespace OverlayBridge.ClusterTests.Chaos;

/// <summary>Makes key after key, each only if it is not there: what was acknowledged stays, and nothing is done twice by a retry of ours.</summary>
internal sealed class AppendClient(string prefix, HttpClient node, ConcurrentQueue<string> acknowledged, Recorder recorder, Random random)
{
    public async Task RunAsync(CancellationToken stop)
    {
        for (var number = 0; !stop.IsCancellationRequested; number++)
        {
            var key = $"{prefix}{number}";
            var reply = await Reply.ToAsync(node, HttpMethod.Put, $"/v1/kv/{key}?cas=0", key);
            if (reply is { Fate: Fate.Answered, Body: "true" })
                acknowledged.Enqueue(key);
            else if (reply.Fate == Fate.Answered)
                recorder.Fault($"{key} was there before it was written once: {reply.Body}");
            await Pace.NextAsync(random);
        }
    }
}
