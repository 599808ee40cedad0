using System.Collections.Immutable;
using OverlayBridge.Engines;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Tasks.Conversion;

/// <summary>
/// What the engine of this host refuses for what it left itself when it was killed. Containers that it does not connect, for the network has an endpoint of their name: it is one
/// that this engine had begun to make, where the record names this host, for while an engine connects a container it makes nothing else for it, and no other container here has the
/// name. Networks that it brings no container onto, for their namespace is not what its files say, or for the swarm does not answer it. And containers that it does not start, for it had begun to when it was killed.
/// </summary>
internal sealed class EngineRefusals
{
    private readonly Lock gate = new();
    private ImmutableHashSet<string> containers = [];
    private volatile bool cannotJoin;

    /// <summary>
    /// Whether the engine, since it was started, could not bring a container into a network's namespace, met what it had begun to run, or had an attachment to the swarm's network hang: a start of its own
    /// may mend each.
    /// </summary>
    public bool CannotJoin => cannotJoin;

    /// <summary>It is about to be started: what it could not do before says nothing of what it can do now.</summary>
    public void Starting() => cannotJoin = false;

    /// <summary>Has the engine change containers side by side. Where an attachment hangs nobody waits for the others: the engine makes one after the other, and each takes 20 s to be given up.</summary>
    /// <exception cref="EngineException">One of them failed.</exception>
    public async Task EachAsync(ImmutableArray<string> ids, Func<string, CancellationToken, Task> change, CancellationToken token)
    {
        using var others = CancellationTokenSource.CreateLinkedTokenSource(token);
        await Task.WhenAll(ids.Select(async id =>
        {
            try
            {
                await TryAsync(id, () => change(id, others.Token));
            }
            catch (EngineException e) when (e.IsOfHungAttachment)
            {
                await others.CancelAsync();
                throw;
            }
        }));
    }

    /// <summary>Has the engine connect or start a container, and remembers when it refuses the name, or the network.</summary>
    /// <exception cref="EngineException">It failed, for one of these reasons or another.</exception>
    public async Task TryAsync(string container, Func<Task> change)
    {
        try
        {
            await change();
            lock (gate)
                containers = containers.Remove(container);
        }
        catch (EngineException e) when (IsOfSandbox(e.Cause) || e.IsOfBegunStart || e.IsOfHungAttachment)
        {
            cannotJoin = true;
            throw;
        }
        catch (EngineException e) when (IsTaken(e.Cause))
        {
            lock (gate)
                containers = containers.Add(container);
            throw;
        }
    }

    /// <summary>Endpoints of this host in the store on whose names its engine refused a container, and which no container here has.</summary>
    public async Task<ImmutableHashSet<LegacyEndpoint>> HalfMadeAsync(
        LegacyRecords records, ConversionGoal goal, HostSituation now, HostConversion before, CancellationToken token)
    {
        if (containers.IsEmpty || now.Engine is not { ClusterStore.Length: > 0 })
            return [];
        var live = now.Containers.SelectMany(static container => container.Attachments).Select(static attachment => attachment.EndpointId).ToHashSet(StringComparer.Ordinal);
        var names = before.Containers.Where(container => containers.Contains(container.Id)).ToLookup(static container => container.Name, static container => container.Id, StringComparer.Ordinal);
        var found = ImmutableHashSet.CreateBuilder<LegacyEndpoint>();
        foreach (var network in goal.Networks)
            foreach (var endpoint in await records.StaleAsync(network.Name, network.LegacyId, [.. LegacyEndpoints.Own(before)], token))
                if (names[endpoint.Container].FirstOrDefault() is { } container && !live.Contains(endpoint.EndpointId))
                    found.Add(endpoint with { ContainerId = container });
        return found.ToImmutable();
    }

    /// <summary>
    /// libnetwork: <c>could not add veth pair inside the network sandbox: error setting interface "veth1" master to "br": Device does not exist</c>, <c>network sandbox join failed: …</c>,
    /// <c>could not get network sandbox (oper true)</c>.
    /// </summary>
    private static bool IsOfSandbox(string cause) => cause.Contains("network sandbox", StringComparison.Ordinal);

    /// <summary>libnetwork: <c>endpoint with name web already exists in network appnet</c>.</summary>
    private static bool IsTaken(string cause) => cause.Contains("endpoint with name ", StringComparison.Ordinal) && cause.Contains(" already exists in network ", StringComparison.Ordinal);
}
