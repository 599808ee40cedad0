using System.Collections.Immutable;
using OverlayBridge.Engines;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Tasks.Conversion;

/// <summary>
/// Containers that the engine of this host does not connect, for the network has an endpoint of their name. It is one that this engine had begun to make when it was
/// killed, where the record names this host: while an engine connects a container it makes nothing else for it, and no other container here has the name.
/// </summary>
internal sealed class RefusedNames
{
    private readonly Lock gate = new();
    private ImmutableHashSet<string> containers = [];

    /// <summary>Has the engine connect or start a container, and remembers when it refuses the name.</summary>
    /// <exception cref="EngineException">It failed, for that reason or another.</exception>
    public async Task TryAsync(string container, Func<Task> change)
    {
        try
        {
            await change();
            lock (gate)
                containers = containers.Remove(container);
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

    /// <summary>libnetwork: <c>endpoint with name web already exists in network appnet</c>.</summary>
    private static bool IsTaken(string cause) => cause.Contains("endpoint with name ", StringComparison.Ordinal) && cause.Contains(" already exists in network ", StringComparison.Ordinal);
}
