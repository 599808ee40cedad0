using OverlayBridge.Lab.Engines;
using OverlayBridge.Lab.Processes;

namespace OverlayBridge.LabTests.Takeover;

/// <summary>A container that asks another by its name, again and again: name, answer and the way there must all be right.</summary>
internal sealed class NameProbe
{
    private readonly NodeProcess process;
    private readonly string expected;

    private NameProbe(NodeProcess process, string expected) => (this.process, this.expected) = (process, expected);

    public static async Task<NameProbe> StartAsync(LabContainer from, string name, CancellationToken token) => new(
        await from.Host.StartAsync(
            $"ask-{name}",
            ["docker", "exec", from.Id, "sh", "-c", $"while :; do curl -sS --max-time 2 http://{name}/ 2>&1 || echo; sleep 0.1; done"],
            token),
        name);

    /// <summary>Ends it. Gives how many answers were right, and the lines that were not.</summary>
    public async Task<(int Right, IReadOnlyList<string> Wrong)> StopAsync(CancellationToken token)
    {
        Assert.True(process.IsRunning, process.ReadLog());
        await process.KillAsync(token);
        var lines = process.ReadLog().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return (lines.Count(line => line == expected), [.. lines.Where(line => line != expected)]);
    }
}
