using System.Net;
using OverlayBridge.Lab.Nodes;
using OverlayBridge.Lab.Processes;

namespace OverlayBridge.LabTests.EndToEnd;

/// <summary>Which of a lab's control nodes leads.</summary>
/// <param name="nodes">Those that may run one.</param>
/// <param name="runs">Whether one runs there.</param>
/// <param name="http">Reaches them.</param>
/// <param name="port">Of their HTTP API.</param>
internal sealed class LabLeader(IReadOnlyList<LabNode> nodes, Func<LabNode, bool> runs, HttpClient http, int port)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    /// <summary>Waits until there is one that runs.</summary>
    public async Task<LabNode> FindAsync(CancellationToken token)
    {
        LabNode? leader = null;
        await Wait.UntilAsync(async () => (leader = await TryAsync(token)) is not null, Limit, "a leader of the control nodes", token);
        return leader!;
    }

    private async Task<LabNode?> TryAsync(CancellationToken token)
    {
        foreach (var node in nodes.Where(runs))
            try
            {
                var raft = (await http.GetStringAsync(new Uri($"http://{node.Address}:{port}/v1/status/leader"), token)).Trim('"', '\n');
                if (IPEndPoint.TryParse(raft, out var leader) && nodes.FirstOrDefault(one => one.Address.Equals(leader.Address)) is { } found && runs(found))
                    return found;
            }
            catch (HttpRequestException)
            {
                // Not listening yet, or without a leader: another may know more.
            }
        return null;
    }
}
