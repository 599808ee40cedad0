using System.Security.Cryptography;
using OverlayBridge.Migration.Agent.Tasks.Swarms;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Agent.Tasks.Moving;

/// <summary>What a host asks of the agent of the host that a container moves to, through the store.</summary>
internal sealed class MoveDoor(IConsulClient store, string host, PassingFailures passing, TimeProvider time)
{
    /// <summary>The other agent may have to stop a container first, or to wait for an address of the swarm.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(150);

    /// <summary>To look takes a moment only; longer than this it is not there.</summary>
    private static readonly TimeSpan LookPatience = TimeSpan.FromSeconds(30);

    public static string NewId() => RandomNumberGenerator.GetHexString(16, lowercase: true);

    /// <exception cref="StepException">The other agent does not answer, or cannot.</exception>
    public async Task<MoveAnswer> AskAsync(MoveRequest request, CancellationToken token)
    {
        var patience = request.Want == MoveWant.Look ? LookPatience : Patience;
        var answer = await new StoreQuestion(store, passing, time).AskAsync<MoveRequest, MoveAnswer>(
            BridgeKeys.MoveRequest(host), request, BridgeKeys.MoveAnswer(request.Target, host), answer => answer.Id == request.Id, patience, token)
            ?? throw new StepException(
                $"The agent of {request.Target} did not answer within {patience.TotalSeconds:0} s.", "See that it runs and reaches the store; then repeat the step.");
        return answer.Cause.Length == 0 ? answer : throw new StepException($"On {request.Target}: {answer.Cause}", answer.Remedy);
    }
}
