using System.Collections.Immutable;
using System.Net.Sockets;
using OverlayBridge.DataPlane.Netlink;
using OverlayBridge.Migration.Agent.Probing;
using OverlayBridge.Migration.Agent.Tasks.Conversion;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Tasks.Steps;

/// <summary>
/// Waits until this host's containers know those of other hosts by name from their own engine. A swarm's gossip may be late (docs/decisions/034), and while the network was exposed the bridge's name
/// server answered instead. It does not hold the end up for good: what stays unknown is told.
/// </summary>
internal sealed class SwarmNames(AgentTools tools)
{
    /// <summary>60 s until the engines meet after one was started anew, 30 s until all is told.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>An engine that knows a name answers at once; others are passed on to the next server, which takes its time.</summary>
    private static readonly TimeSpan AskLimit = TimeSpan.FromSeconds(2);
    private const int AskedAtOnce = 32;
    private const int Shown = 5;

    public async Task AwaitAsync(StepRun run, CancellationToken token)
    {
        if (run.DryRun)
            return;
        run.Checking("Looking whether the swarm itself knows the names of other hosts' containers");
        var networks = (await tools.ExposuresAsync(token)).Select(static exposure => exposure.SwarmNetworkId).ToHashSet(StringComparer.Ordinal);
        var begun = tools.Time.GetTimestamp();
        while (await UnknownAsync(networks, token) is { IsEmpty: false } unknown)
        {
            var words = $"{string.Join(", ", unknown.Take(Shown))}{(unknown.Length > Shown ? $" and {unknown.Length - Shown} more" : "")}";
            if (tools.Time.GetElapsedTime(begun) > Patience)
            {
                run.Change($"Leave though this host's engine does not know by name: {words}. If it stays so, restart the engine when it suits");
                return;
            }
            run.Checking($"Waiting until the swarm knows by name: {words}");
            await Task.Delay(Pause, tools.Time, token);
        }
    }

    /// <summary>Of containers on other hosts, each with one here that should know it.</summary>
    private async Task<ImmutableArray<Name>> NamesAsync(HashSet<string> networks, CancellationToken token)
    {
        var askers = (await tools.Control.DetailsAsync(token)).Where(static container => container is { IsRunning: true, ProcessId: > 0 } && !container.Labels.ContainsKey(Holder.Label))
            .SelectMany(static container => container.Attachments.Select(attachment => (attachment.NetworkId, Container: container)))
            .ToLookup(static item => item.NetworkId, static item => item.Container);
        return
        [
            .. from item in (await tools.Records.HostsViewAsync(token)).Attachments
               where item.Host != tools.Options.HostName && networks.Contains(item.Attachment.NetworkId) && NameLookup.IsName(item.Attachment.ContainerName)
               let asker = askers[item.Attachment.NetworkId].FirstOrDefault()
               where asker is not null
               select new Name(asker.ProcessId, item.Host, item.Attachment),
        ];
    }

    private async Task<ImmutableArray<Name>> UnknownAsync(HashSet<string> networks, CancellationToken token)
    {
        var names = await NamesAsync(networks, token);
        var known = new bool[names.Length];
        await Parallel.ForAsync(
            0, names.Length, new ParallelOptions { MaxDegreeOfParallelism = AskedAtOnce, CancellationToken = token }, async (at, one) => known[at] = await IsKnownAsync(names[at], one));
        return [.. names.Where((_, at) => !known[at])];
    }

    private async Task<bool> IsKnownAsync(Name name, CancellationToken token)
    {
        using var limit = new CancellationTokenSource(AskLimit, tools.Time);
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(token, limit.Token);
        try
        {
            return (await tools.ResolveAsync(name.Asker, name.Attachment.ContainerName, limited.Token)).Contains(name.Attachment.Address.Address);
        }
        catch (Exception e) when (e is SocketException or IOException or NetlinkException or UnauthorizedAccessException or ProbeException || (e is OperationCanceledException && !token.IsCancellationRequested))
        {
            return false;
        }
    }

    /// <param name="Asker">A process of a container here.</param>
    private sealed record Name(int Asker, string Host, AttachmentRecord Attachment)
    {
        public override string ToString() => $"{Attachment.ContainerName} on {Host}";
    }
}
