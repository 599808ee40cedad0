using System.Collections.Immutable;

namespace OverlayBridge.Gateway.Access;

/// <summary>What the holder of a token of a role may do.</summary>
/// <param name="Sessions">To sessions.</param>
/// <param name="Agent">To what a node tells of itself and of the cluster.</param>
public sealed record RoleRights(ImmutableArray<AccessRule> Rules, AccessRight Sessions, AccessRight Agent)
{
    /// <summary>Where the engines' keys are, unless their store has them elsewhere.</summary>
    public const string EnginePrefix = "docker/";

    private const string Hosts = "overlaybridge/v1/hosts/";
    private const string Heartbeats = "overlaybridge/v1/heartbeats/";
    private const string Takeover = "overlaybridge/v1/takeover";
    private const string Exposures = "overlaybridge/v1/exposures/";

    private static readonly AccessRule NoTokens = new($"{TokenRecord.Prefix}", AccessRight.None);

    public static RoleRights Operator { get; } = new([new("", AccessRight.Write), NoTokens], AccessRight.Write, AccessRight.Write);

    public static RoleRights Reader { get; } = new([new("", AccessRight.Read), NoTokens], AccessRight.Read, AccessRight.Read);

    /// <param name="prefix">The engines' keys, as <c>docker/</c> or <c>prod/docker/</c>.</param>
    public static RoleRights Engine(string prefix) => new([new(prefix, AccessRight.Write)], AccessRight.Write, AccessRight.None);

    /// <summary>
    /// An agent stands beside an engine, and carries out steps of a cutover in its stead: it may write what the engine may, and, beside a swarm manager,
    /// exposures.
    /// </summary>
    /// <param name="host">The host of the agent: its records are the agent's to write, and the takeover's, which an agent may have to abort.</param>
    public static RoleRights AgentOf(string host) => new(
        [
            .. Reader.Rules,
            new(Hosts + host, AccessRight.Write, Exact: true),
            new($"{Hosts}{host}/", AccessRight.Write),
            new(Heartbeats + host, AccessRight.Write, Exact: true),
            new(Takeover, AccessRight.Write, Exact: true),
            new(Exposures, AccessRight.Write),
            new(EnginePrefix, AccessRight.Write),
        ],
        AccessRight.Read, AccessRight.Read);
}
