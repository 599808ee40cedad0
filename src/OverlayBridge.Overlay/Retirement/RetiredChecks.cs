using System.Collections.Immutable;
using System.Globalization;
using OverlayBridge.Overlay.Exposures;

namespace OverlayBridge.Overlay.Retirement;

/// <summary>Judges whether anything of the bridge is left. Pure.</summary>
public static class RetiredChecks
{
    public static ImmutableArray<RetiredCheck> Of(RetiredFacts facts) =>
        [.. facts.Engines.SelectMany(Of), .. facts.Store is { } store ? Of(store) : []];

    private static IEnumerable<RetiredCheck> Of(RetiredEngine engine)
    {
        var subject = engine.HostName.Length > 0 ? engine.HostName : engine.Engine;
        yield return engine.ClusterStore.Length > 0
            ? Problem(subject, $"its engine still works on {engine.ClusterStore}", "Convert the host; it cannot do without that store.")
            : Ok(subject, $"engine {engine.Version} works on no store");
        yield return engine.SwarmState == "active"
            ? Ok(subject, "it is in the swarm")
            : Problem(subject, $"its engine is not in the swarm ({engine.SwarmState})", "Let it join: docker swarm join.");
        if (!engine.LegacyNetworks.IsEmpty)
            yield return Problem(subject, $"legacy overlay networks are left: {Some(engine.LegacyNetworks)}", "Remove them: docker network rm.");
        if (!engine.Stopped.IsEmpty)
            yield return Problem(subject, $"containers that are to run do not: {Some(engine.Stopped)}", "docker start, once more where it says that a network is not found. Where it does not, and docker inspect had said that attaching to the network failed, docker restart after it: else the swarm does not know the address, and gives it to another. Else look at their logs: docker logs.");
        yield return Ok(subject, string.Create(CultureInfo.InvariantCulture, $"{engine.Running} {(engine.Running == 1 ? "container runs" : "containers run")} on swarm networks"));
        if (!engine.Holders.IsEmpty)
            yield return HolderNeed.Of(engine.Version)
                ? Note(subject, $"{Some(engine.Holders)} stays: engine {engine.Version} cannot restart the last container of a network without it; it needs nothing of the bridge")
                : Problem(subject, $"the bridge's own containers are left: {Some(engine.Holders)}", $"docker rm -f {string.Join(" ", engine.Holders)}");
        if (Resolvers(engine, hasOthers: false) is { IsEmpty: false } alone)
            yield return Problem(
                subject, $"containers ask nobody but a name server where the bridge's was: {Some(alone)}",
                "Run them anew without it: without --dns, or the Compose project without the override's file.");
        if (Resolvers(engine, hasOthers: true) is { IsEmpty: false } first)
            yield return Note(subject, $"{Some(first)} still {(first.Length == 1 ? "names" : "name")} the bridge's name server; it refuses at once, and Docker asks the next one. Gone when the container is made anew");
    }

    private static ImmutableArray<string> Resolvers(RetiredEngine engine, bool hasOthers) =>
        [.. engine.Resolvers.Where(resolver => resolver.HasOthers == hasOthers).Select(static resolver => $"{resolver.Container} ({resolver.Address})")];

    private static IEnumerable<RetiredCheck> Of(RetiredStore store)
    {
        if (!store.Answers)
        {
            yield return Ok(store.Name, "no control node answers there any more");
            yield break;
        }
        yield return store.Agents.IsEmpty ? Ok(store.Name, "no agent is heard of") : Problem(store.Name, $"agents still run on {Some(store.Agents)}", "Stop and disable their service there.");
        yield return store.Exposures.IsEmpty
            ? Ok(store.Name, "no network is exposed")
            : Problem(store.Name, $"networks are still exposed: {Some(store.Exposures)}", "'overlaybridge network unexpose NAME', or let the run retire the bridge.");
        if (store.Redirected.Length > 0)
            yield return Problem(store.Name, $"hosts are still redirected to it: the takeover is {store.Redirected}", "'overlaybridge takeover release', once no engine works on it.");
        if (store.Run.Length > 0)
            yield return Problem(store.Name, $"a run is {store.Run}", "'overlaybridge migrate status' shows what it waits for.");
        yield return Note(store.Name, "it still answers, though nothing needs it: archive it with 'overlaybridge dump', then stop it");
    }

    private static string Some(ImmutableArray<string> names) => $"{string.Join(", ", names.Take(5))}{(names.Length > 5 ? $" and {names.Length - 5} more" : "")}";

    private static RetiredCheck Ok(string subject, string text) => new(subject, RetiredVerdict.Ok, text, "");

    private static RetiredCheck Note(string subject, string text) => new(subject, RetiredVerdict.Note, text, "");

    private static RetiredCheck Problem(string subject, string text, string remedy) => new(subject, RetiredVerdict.Problem, text, remedy);
}

/// <summary>One thing that was looked at.</summary>
/// <param name="Subject">A host, or the control nodes.</param>
public sealed record RetiredCheck(string Subject, RetiredVerdict Verdict, string Text, string Remedy);

/// <summary>What came of it.</summary>
public enum RetiredVerdict
{
    Ok,

    /// <summary>Worth to know, and no trace that matters.</summary>
    Note,

    /// <summary>Something is left, or missing.</summary>
    Problem,
}
