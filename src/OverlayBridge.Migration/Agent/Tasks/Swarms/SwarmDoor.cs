using System.Collections.Immutable;
using System.Security.Cryptography;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Agent.Tasks.Swarms;

/// <summary>What a host asks of the agent beside the swarm's manager, through the store.</summary>
internal sealed class SwarmDoor(IConsulClient store, string host, PassingFailures passing, TimeProvider time)
{
    /// <summary>The other agent needs a second; longer than this it is not there.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Asks for a way in. Dead nodes of this engine are removed on the way: they would hold its containers' addresses.</summary>
    /// <param name="engine">This engine's name.</param>
    /// <param name="removeNodes">That it was and left.</param>
    /// <exception cref="StepException">The manager's agent does not answer, or cannot.</exception>
    public async Task<SwarmEntry> AskEntryAsync(string manager, string engine, ImmutableArray<string> removeNodes, CancellationToken token)
    {
        using var key = SealedToken.NewKey();
        var answer = await AskAsync(new SwarmRequest(NewId(), manager, engine, SealedToken.PublicPart(key), "", removeNodes), token);
        return new SwarmEntry(answer.JoinAddress, SealedToken.Open(answer.SealedToken, key));
    }

    /// <summary>Has nodes that this engine was taken off the swarm's list.</summary>
    /// <exception cref="StepException">The manager's agent does not answer, or cannot.</exception>
    public Task RemoveNodesAsync(string manager, string engine, string keep, ImmutableArray<string> removeNodes, CancellationToken token) =>
        AskAsync(new SwarmRequest(NewId(), manager, engine, "", keep, removeNodes), token);

    private static string NewId() => RandomNumberGenerator.GetHexString(16, lowercase: true);

    private async Task<SwarmAnswer> AskAsync(SwarmRequest request, CancellationToken token)
    {
        var answer = await new StoreQuestion(store, passing, time).AskAsync<SwarmRequest, SwarmAnswer>(
            BridgeKeys.SwarmRequest(host), request, BridgeKeys.SwarmAnswer(request.Manager, host), answer => answer.Id == request.Id, Patience, token)
            ?? throw new StepException(
                $"The agent of {request.Manager}, beside the swarm's manager, did not answer within {Patience.TotalSeconds:0} s.",
                $"See that it runs and reaches the store, and that the engine of {request.Manager} is a swarm manager; then repeat the step.");
        return answer.Cause.Length == 0 ? answer : throw new StepException($"The agent of {request.Manager} cannot help: {answer.Cause}", answer.Remedy);
    }
}

/// <param name="Address">Where to join.</param>
/// <param name="Token">A secret.</param>
internal sealed record SwarmEntry(string Address, string Token)
{
    public override string ToString() => $"a way into the swarm at {Address}";
}
