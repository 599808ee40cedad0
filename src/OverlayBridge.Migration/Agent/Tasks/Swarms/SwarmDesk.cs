using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using OverlayBridge.Engines;
using OverlayBridge.Migration.Agent.Publishing;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Tasks.Swarms;

/// <summary>Beside a swarm manager: answers what agents of other hosts ask in their <see cref="SwarmRequest"/>. An answer stays as long as its request.</summary>
internal sealed class SwarmDesk(IEngineControl engine, AgentOptions options, KeyPublisher answers, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan RestInterval = TimeSpan.FromSeconds(60);

    private readonly Wakeup wakeup = new();
    private readonly Dictionary<string, SwarmAnswer> given = new(StringComparer.Ordinal);
    private ImmutableSortedDictionary<string, SwarmRequest>? requests;

    /// <param name="latest">All requests in the store, by host.</param>
    public void Use(ImmutableSortedDictionary<string, SwarmRequest> latest)
    {
        Volatile.Write(ref requests, latest);
        wakeup.Wake();
    }

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken token)
    {
        while (true)
        {
            await wakeup.WaitAsync(RestInterval, time, token);
            if (Volatile.Read(ref requests) is not { } all)
                continue;
            var mine = all.Where(request => request.Value.Manager == options.HostName).ToList();
            foreach (var (host, request) in mine)
                if (!given.TryGetValue(host, out var last) || last.Id != request.Id)
                    given[host] = await AnswerAsync(host, request, token);
            foreach (var host in given.Keys.Except(mine.Select(static request => request.Key)).ToList())
                given.Remove(host);
            answers.Want(given.Aggregate(DesiredKeys.None, (keys, answer) => keys.With(BridgeKeys.SwarmAnswer(options.HostName, answer.Key), answer.Value)) with { IsComplete = true });
        }
    }

    private async Task<SwarmAnswer> AnswerAsync(string host, SwarmRequest request, CancellationToken token)
    {
        try
        {
            var nodes = await engine.NodesAsync(token);
            var dead = SwarmNodes.ToRemove(nodes, request);
            foreach (var node in dead)
                await engine.RemoveNodeAsync(node.Id, force: true, token);
            if (!dead.IsEmpty)
                log.LogInformation("For {Host}: {Nodes} taken off the swarm's list", host, string.Join(", ", dead.Select(static node => node.Id)));
            var sealedToken = request.PublicKey.Length == 0 ? "" : SealedToken.Seal(await engine.WorkerTokenAsync(token), request.PublicKey);
            return SwarmNodes.JoinAddress(nodes, engine: (await engine.SetupAsync(token)).NodeId) is { } address
                ? new SwarmAnswer(request.Id, address, sealedToken, [.. dead.Select(static node => node.Id)], "", "")
                : Refused(request, "The swarm's list names no manager that can be reached.", "Look at docker node ls.");
        }
        catch (EngineException e)
        {
            return Refused(request, $"{e.Message} {e.Cause}", e.Remedy);
        }
        catch (StepException e)
        {
            return Refused(request, e.Message, e.Remedy);
        }
    }

    private static SwarmAnswer Refused(SwarmRequest request, string cause, string remedy) => new(request.Id, "", "", [], cause, remedy);
}

/// <summary>What follows from a swarm's list of nodes. Pure.</summary>
internal static class SwarmNodes
{
    private const string Down = "down";

    /// <summary>
    /// Nodes that the asking engine was: those of its name that are down, and those that it says it left, whatever the list says of them yet. Managers, and
    /// nodes of another name, never.
    /// </summary>
    public static ImmutableArray<SwarmNode> ToRemove(ImmutableArray<SwarmNode> nodes, SwarmRequest request) =>
    [
        .. nodes.Where(node => node.Engine == request.Engine && node.Id != request.Keep && node.ManagerAddress.Length == 0 &&
            (node.State == Down || request.RemoveNodes.Contains(node.Id))),
    ];

    /// <summary>Where workers join: at the manager that is asked, else at the leader.</summary>
    public static string? JoinAddress(ImmutableArray<SwarmNode> nodes, string engine) =>
        (nodes.FirstOrDefault(node => node.Id == engine && node.ManagerAddress.Length > 0) ?? nodes.FirstOrDefault(static node => node.IsLeader))?.ManagerAddress;
}
