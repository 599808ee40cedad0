using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace OverlayBridge.Overlay.Plans;

/// <summary>What must hold before a stage counts as done; a failed one pauses the run.</summary>
/// <param name="Name">Unique in its stage; a segment of a key.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Approval), "approval")]
[JsonDerivedType(typeof(Replicas), "replicas")]
[JsonDerivedType(typeof(Probe), "probe")]
public abstract record Gate(string Name)
{
    /// <summary>A person says so: <c>migrate approve STAGE</c>.</summary>
    public sealed record Approval(string Name) : Gate(Name);

    /// <summary>All running containers of the plan's replica sets run, on hosts of this stage and before, save as many as the sets allow.</summary>
    /// <param name="Sets">Names; empty for all.</param>
    public sealed record Replicas(string Name, ImmutableArray<string> Sets) : Gate(Name);

    /// <summary>
    /// A probe that is repeated through the whole stage, from before its first step on. It passes when no more than <paramref name="ErrorBudget"/> of
    /// its tries failed, and the last <paramref name="Successes"/> in a row succeeded.
    /// </summary>
    /// <param name="From">Where it runs: <c>HOST</c>, in the host's own network, or <c>HOST/CONTAINER</c>, in that of a container.</param>
    /// <param name="ErrorBudget">Share of tries that may fail, 0 to 1.</param>
    public sealed record Probe(
        string Name, string From, ProbeTarget Target, TimeSpan Interval, TimeSpan Timeout, int Successes, double ErrorBudget) : Gate(Name);
}

/// <summary>What a probe does.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Tcp), "tcp")]
[JsonDerivedType(typeof(Http), "http")]
[JsonDerivedType(typeof(Exec), "exec")]
public abstract record ProbeTarget
{
    private ProbeTarget()
    {
    }

    /// <summary>Connects to <c>HOST:PORT</c>; the host is an address or a name that is resolved where the probe runs.</summary>
    public sealed record Tcp(string Host, int Port) : ProbeTarget;

    /// <summary>GET; passes with a status from 200 to 399.</summary>
    public sealed record Http(Uri Address) : ProbeTarget;

    /// <summary>Runs a command in the container; passes with exit code 0. Arguments as they are, without a shell.</summary>
    public sealed record Exec(ImmutableArray<string> Command) : ProbeTarget;
}
