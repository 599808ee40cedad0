using System.Net;

namespace OverlayBridge.ClusterTests.Chaos;

/// <summary>Follows a prefix by one node as an engine does, whatever becomes of the node, until a key is there.</summary>
internal sealed class Watcher(HttpClient node, string prefix, string last, Recorder recorder)
{
    /// <summary>Answers that were no success; connections that broke do not count.</summary>
    public int Errors { get; private set; }

    public async Task RunAsync(CancellationToken stop)
    {
        ulong index = 0;
        while (!stop.IsCancellationRequested)
        {
            var reply = await Reply.ToAsync(node, HttpMethod.Get, $"/v1/kv/{prefix}?keys&index={index}&wait=10s");
            if (reply.Fate == Fate.Answered)
            {
                if (reply.Index < index)
                    recorder.Fault($"{prefix}: the index went back from {index} to {reply.Index}");
                index = reply.Index;
                if (reply.Body.Contains($"\"{last}\"", StringComparison.Ordinal))
                    return;
            }
            else
            {
                Errors += reply.Status == HttpStatusCode.InternalServerError ? 1 : 0;
                await Task.Delay(100, CancellationToken.None);
            }
        }
        recorder.Fault($"{prefix}: who followed it by {node.BaseAddress} was never told of {last}");
    }
}
