using System.Net;
using System.Text.RegularExpressions;

namespace OverlayBridge.Lab;

/// <summary>What a lab consists of. Hosts are named h1, h2…: the legacy ones first, then the swarm ones.</summary>
public sealed partial record LabOptions
{
    public const string DefaultName = "lab";

    /// <summary>1 to 24 lower-case letters, digits and dashes: it ends up in folders, cgroups and socket paths.</summary>
    public string Name { get; init; } = DefaultName;

    /// <summary>Hosts with engine 20.10.5 and the cluster store. They bring a store with them.</summary>
    public int Legacy { get; init; } = 2;

    /// <summary>Hosts with engine 26.1.5, joined to one swarm; the first is its manager.</summary>
    public int Swarm { get; init; } = 2;

    /// <summary>Nodes without an engine, named n1, n2…: for whatever a test starts there.</summary>
    public int Plain { get; init; }

    /// <summary>
    /// Where the engines find their Consul: an address of its own on the node kv, that can be moved to another node; null: at the node's own.
    /// </summary>
    public IPAddress? StoreAddress { get; init; }

    /// <summary>A Consul even without legacy hosts.</summary>
    public bool Consul { get; init; }

    /// <summary>The store; null: a Consul where there are legacy hosts or <see cref="Consul"/> is set, else none.</summary>
    public LabStore? Store { get; init; }

    /// <summary>A folder for the logs of all its programs, written when the lab is taken down; null: they go with it.</summary>
    public string? KeepLogsIn { get; init; }

    internal LabStore? StoreToStart => Store ?? (Consul || Legacy > 0 ? LabStore.Consul : null);

    internal bool HasConsul => StoreToStart == LabStore.Consul;

    internal void Validate()
    {
        ValidateName(Name);
        if (Legacy is < 0 or > 9 || Swarm is < 0 or > 9 || Plain is < 0 or > 9)
        {
            throw new LabException(
                "the lab was not started", $"it can't have {Legacy} legacy hosts, {Swarm} swarm hosts and {Plain} plain nodes", "ask for 0 to 9 of each");
        }
    }

    internal static void ValidateName(string name)
    {
        if (!ValidName().IsMatch(name))
        {
            throw new LabException(
                $"there can be no lab named '{name}'", "the name ends up in folders, cgroups and socket paths",
                "use 1 to 24 lower-case letters, digits and dashes, beginning with a letter");
        }
    }

    [GeneratedRegex(@"\A[a-z][a-z0-9-]{0,23}\z")]
    private static partial Regex ValidName();
}
