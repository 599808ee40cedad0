using OverlayBridge.Lab;
using OverlayBridge.Lab.Engines;

namespace OverlayBridge.LabTests;

/// <summary>What can be seen where one container does not hear another: tells a name that is not known from an entry that is missing or leads elsewhere.</summary>
internal static class Silence
{
    private const int LastLines = 25;
    private static readonly string[] Gossip = ["memberlist", "networkdb", "rejoin", "NetworkDB", "failed to start", "attaching to network"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <param name="hosts">All on which the network may be.</param>
    public static async Task<string> EvidenceAsync(LabContainer from, string target, string network, IEnumerable<LabHost> hosts)
    {
        var parts = new List<string>
        {
            await SeenAsync(from, "nslookup", target),
            await SeenAsync(from, "curl", "-sS", "-v", "--max-time", "2", $"http://{target}/"),
            await SeenAsync(from, "cat", "/etc/resolv.conf"),
            await SeenAsync(from, "ip", "neigh"),
        };
        foreach (var host in hosts)
            parts.Add(await OnAsync(host, network));
        return string.Join('\n', parts);
    }

    private static async Task<string> SeenAsync(LabContainer container, params string[] command)
    {
        var seen = await container.ExecAsync(Cancel, command);
        return $"{container.Name}$ {string.Join(' ', command)}: {seen.ExitCode}\n{seen.Output}{seen.Error}";
    }

    private static async Task<string> OnAsync(LabHost host, string network)
    {
        var lines = new List<string> { $"--- {host.Name} {host.Address}" };
        try
        {
            lines.Add(await host.DockerAsync(["network", "inspect", network, "--format", "{{.Id}} {{.Scope}}{{range .Containers}}\n  {{.Name}} {{.IPv4Address}} {{.EndpointID}}{{end}}"], Cancel));
            var overlay = host.OverlayNamespace(await host.DockerAsync(["network", "inspect", network, "--format", "{{.Id}}"], Cancel));
            lines.Add((await overlay.ExecAsync(Cancel, "ip", "neighbour", "show", "dev", "vxlan0")).Output);
            lines.Add((await overlay.ExecAsync(Cancel, "bridge", "fdb", "show")).Output);
        }
        catch (LabException e)
        {
            lines.Add(e.Message);
        }
        var log = await File.ReadAllLinesAsync(Path.Combine(host.Folder, "dockerd.log"), Cancel);
        lines.AddRange(log.Where(static line => Gossip.Any(word => line.Contains(word, StringComparison.Ordinal))).TakeLast(LastLines));
        return string.Join('\n', lines);
    }
}
