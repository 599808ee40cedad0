using System.Globalization;
using System.Text.RegularExpressions;
using OverlayBridge.Lab.Engines;
using OverlayBridge.Lab.Processes;
using OverlayBridge.LabTests.Import;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.LabTests.Takeover;

/// <summary>What an engine's host shows of a takeover: engine, packet filter, log.</summary>
internal static partial class Evidence
{
    /// <summary>What a takeover is to take from an engine at most. Printed beside what it took; a machine under load is no failure.</summary>
    private static readonly TimeSpan FreezeGoal = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The engine's process id on its host.</summary>
    public static async Task<string> EngineAsync(LabHost host) => (await host.ExecAsync(["pidof", "dockerd"], Cancel)).Success();

    /// <summary>Every packet filter rule of a host, of both kinds, without counters.</summary>
    public static async Task<string> RulesAsync(LabHost host)
    {
        var nft = (await host.ExecAsync(["nft", "--stateless", "list", "ruleset"], Cancel)).Success();
        var iptables = (await host.ExecAsync(["iptables-save"], Cancel)).Success();
        return $"{nft}\n{Changing().Replace(iptables, "")}";
    }

    /// <summary>What the engine wrote since then about its store being away.</summary>
    public static IReadOnlyList<string> StoreErrors(LabHost host, int since) =>
    [
        .. ReadLog(host)[since..].Split('\n').Where(static line =>
            line.Contains("watch error", StringComparison.OrdinalIgnoreCase) || line.Contains("discovery error", StringComparison.OrdinalIgnoreCase) ||
            line.Contains("in discovery failed", StringComparison.OrdinalIgnoreCase)),
    ];

    /// <summary>How long the engine's log is.</summary>
    public static int LogLength(LabHost host) => ReadLog(host).Length;

    /// <summary>
    /// That no write got lost at the takeover, and none was made in the old store past it: nothing there is newer than what was compared,
    /// and whatever stands there stands here, just so or changed since; what else stands here was made since.
    /// </summary>
    public static async Task NothingIsLostAsync(ConsulSource source, IConsulClient store, TakeoverRecord takeover)
    {
        var old = (await source.ConfirmAsync(Cancel)).Image;
        Assert.Equal(takeover.SourceIndex, old.Index);
        var here = (await store.ListAsync(TakeoverLab.Prefix, default, Cancel)).Value.ToDictionary(static entry => entry.Key);
        foreach (var entry in old.Entries)
            if (here.Remove(entry.Key, out var now))
                Assert.True(now.ModifyIndex > takeover.SourceIndex || now.Equals(entry), $"{entry.Key} is not as it was: {entry} {now}");
        Assert.All(here.Values, entry => Assert.True(entry.CreateIndex > takeover.SourceIndex, $"{entry.Key} came from nowhere"));
    }

    /// <summary>Every write of a probe that was acknowledged, by whichever store, stands in this one.</summary>
    public static async Task AcknowledgedIsThereAsync(IConsulClient store, IEnumerable<StoreProbe> probes)
    {
        foreach (var probe in probes)
        {
            var there = (await store.ListAsync(probe.Prefix, default, Cancel)).Value.Select(static entry => entry.Key).ToHashSet();
            Assert.All(probe.Acknowledged, key => Assert.Contains(key, there));
        }
    }

    /// <summary>The watches of the engines work: each hears of a container that the other starts.</summary>
    /// <param name="anchors">One container on each host.</param>
    public static async Task NewNamesResolveAsync(LabFixture fixture, IReadOnlyList<LabHost> hosts, string network, IReadOnlyList<LabContainer> anchors)
    {
        foreach (var (host, asker) in hosts.Zip(anchors.Reverse()))
        {
            var late = await host.RunAsync(fixture.UniqueName("late"), network, Cancel);
            await Wait.UntilAsync(
                async () => (await asker.ExecAsync(Cancel, "curl", "-sS", "--max-time", "2", $"http://{late.Name}/")).Output.TrimEnd() == late.Name,
                Limit, $"{late.Name} by name on {asker.Host.Name}", Cancel);
            await late.RemoveAsync(Cancel);
        }
    }

    /// <summary>The audit of a store finds nothing that is wrong, nor anything that differs from what its engines run.</summary>
    /// <param name="run">Runs a command of overlaybridge.</param>
    public static async Task AuditIsCleanAsync(Func<IReadOnlyList<string>, Task<ExecResult>> run, string store, IEnumerable<LabHost> hosts)
    {
        var audit = await run(["audit", store, .. hosts.SelectMany(static host => (string[])["--engine", $"unix://{host.DockerSocket}"])]);
        Assert.True(audit.ExitCode == 0, $"{audit.Output}\n{audit.Error}");
    }

    /// <summary>How long the engines stood still, beside what is allowed, and everything that failed.</summary>
    public static void Print(StoreProbe[] probes, EngineActivity[] activities)
    {
        var longest = probes.Max(static probe => probe.Longest);
        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"longest freeze {longest.TotalSeconds:0.00} s, {longest / FreezeGoal:0.00} of the {FreezeGoal.TotalSeconds:0} s allowed; {probes.Sum(static probe => probe.Acknowledged.Count)} writes acknowledged, {activities.Sum(static activity => activity.Done)} commands of engines"));
        foreach (var line in activities.SelectMany(static activity => activity.Refusals).Concat(probes.SelectMany(static probe => probe.Failures)))
            TestContext.Current.TestOutputHelper!.WriteLine(line);
    }

    private static string ReadLog(LabHost host) => File.Exists(host.Engine.LogPath) ? ReadShared(host.Engine.LogPath) : "";

    private static string ReadShared(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"^#.*$| \[\d+:\d+\]$", RegexOptions.Multiline)]
    private static partial Regex Changing();
}
