using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using OverlayBridge.Engines;
using OverlayBridge.Migration.Agent.Publishing;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Tasks.Swarms;

/// <summary>Beside a swarm manager: answers what agents of other hosts ask in their <see cref="SwarmRequest"/>. An answer stays as long as its request.</summary>
internal sealed class SwarmDesk
{
    private readonly IEngineControl engine;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly AnswerDesk<SwarmRequest, SwarmAnswer> desk;

    public SwarmDesk(IEngineControl engine, AgentOptions options, KeyPublisher answers, TimeProvider time, ILogger log)
    {
        (this.engine, this.time, this.log) = (engine, time, log);
        desk = new AnswerDesk<SwarmRequest, SwarmAnswer>(
            request => request.Manager == options.HostName, static request => request.Id, static answer => answer.Id, AnswerAsync,
            host => BridgeKeys.SwarmAnswer(options.HostName, host), answers, time);
    }

    /// <param name="latest">All requests in the store, by host.</param>
    public void Use(ImmutableSortedDictionary<string, SwarmRequest> latest) => desk.Use(latest);

    /// <summary>Runs until cancelled.</summary>
    public Task RunAsync(CancellationToken token) => desk.RunAsync(token);

    private async Task<SwarmAnswer> AnswerAsync(string host, SwarmRequest request, CancellationToken token)
    {
        try
        {
            var nodes = await engine.NodesAsync(token);
            var dead = SwarmNodes.ToRemove(nodes, request, time.GetUtcNow());
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
    private const string Ready = "ready";

    /// <summary>An engine that joins is heard of within seconds.</summary>
    private static readonly TimeSpan LongestJoin = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Nodes that the asking engine was: those of its name that are down, and those that it says it left, whatever the list says of them yet; and those that
    /// nobody became. Managers, and nodes of another name, never.
    /// </summary>
    public static ImmutableArray<SwarmNode> ToRemove(ImmutableArray<SwarmNode> nodes, SwarmRequest request, DateTimeOffset now) =>
    [
        .. nodes.Where(node => IsOfNobody(node, now) || (node.Engine == request.Engine && node.Id != request.Keep && node.ManagerAddress.Length == 0 &&
            (node.State == Down || request.RemoveNodes.Contains(node.Id)))),
    ];

    /// <summary>
    /// An engine that is killed while it joins leaves a node without a name, whose id nobody knows: the manager has it before the engine has its certificate on its disk.
    /// It joins as another one afterwards.
    /// </summary>
    public static bool IsOfNobody(SwarmNode node, DateTimeOffset now) =>
        node.Engine.Length == 0 && node.State != Ready && node.ManagerAddress.Length == 0 && now - node.Created > LongestJoin;

    /// <summary>Where workers join: at the manager that is asked, else at the leader.</summary>
    public static string? JoinAddress(ImmutableArray<SwarmNode> nodes, string engine) =>
        (nodes.FirstOrDefault(node => node.Id == engine && node.ManagerAddress.Length > 0) ?? nodes.FirstOrDefault(static node => node.IsLeader))?.ManagerAddress;
}
