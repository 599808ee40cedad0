using System.Collections.Immutable;

namespace OverlayBridge.Plans;

/// <summary>The keys of a plan file's mappings, in the order in which they are written.</summary>
internal static class PlanKeys
{
    public static readonly ImmutableArray<string> File =
    [
        "formatVersion", "name", "origin", "manager", "swarmHosts", "limits", "networks", "hosts", "replicaSets", "compose", "constraints", "stages", "webhooks",
    ];

    public static readonly ImmutableArray<string> Origin = ["source", "index", "created"];

    public static readonly ImmutableArray<string> Limits = ["maxUnavailable", "parallel"];

    public static readonly ImmutableArray<string> Network = ["name", "id", "subnet", "moreSubnets"];

    public static readonly ImmutableArray<string> Host = ["name", "vtep", "strategy", "engineVersion", "upgradeTo", "upgrade", "containers"];

    public static readonly ImmutableArray<string> Container = ["name", "id", "running", "moveTo", "leaveBehind", "attachments"];

    public static readonly ImmutableArray<string> Attachment = ["network", "address", "mac", "aliases"];

    public static readonly ImmutableArray<string> ReplicaSet = ["name", "members", "maxUnavailable"];

    public static readonly ImmutableArray<string> Compose = ["name", "host", "directory", "files"];

    public static readonly ImmutableArray<string> Constraints = ["canary", "first", "last", "together", "apart", "order"];

    public static readonly ImmutableArray<string> Order = ["host", "after"];

    public static readonly ImmutableArray<string> Stage = ["name", "kind", "hosts", "window", "gates"];

    public static readonly ImmutableArray<string> Window = ["days", "from", "to"];

    public static readonly ImmutableArray<string> Gate = ["name", "approval", "replicas", "probe"];

    public static readonly ImmutableArray<string> Probe = ["from", "tcp", "http", "exec", "interval", "timeout", "successes", "errorBudget"];
}
