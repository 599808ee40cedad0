using System.Collections.Immutable;
using System.Globalization;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Overlay.Plans.Diffs;

/// <summary>All that a plan says, a line for each thing that has a name.</summary>
internal static class PlanFacts
{
    public static IEnumerable<(string Kind, string Path, string Text)> Of(MigrationPlan plan) =>
    [
        ("plan", "name", plan.Name),
        ("plan", "origin", string.Create(CultureInfo.InvariantCulture, $"{plan.Origin.Source} at index {plan.Origin.Index}, {plan.Origin.Created.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC")),
        ("plan", "manager", plan.Manager),
        ("plan", "swarmHosts", List(plan.SwarmHosts)),
        ("plan", "limits", string.Create(CultureInfo.InvariantCulture, $"{plan.Limits.MaxUnavailable} of a set away at once, {plan.Limits.Parallel} hosts at work at once")),
        .. plan.Networks.Select(static network => ("network", network.Name, $"{string.Join(", ", network.Subnets)}, {network.Id}")),
        .. plan.Hosts.Select(static host => ("host", host.Name, Host(host))),
        .. plan.Hosts.SelectMany(static host => host.Containers.Select(container => ("container", $"{host.Name}/{container.Name}", Container(container)))),
        .. plan.ReplicaSets.Select(static set => ("replica-set", set.Name, set.MaxUnavailable is { } allowance ? $"{List(set.Members)}; {allowance} may be away" : List(set.Members))),
        .. plan.Compose.Select(static project => ("compose", $"{project.Host}/{project.Name}", $"{List(project.Files)} in {project.Directory}")),
        .. Constraints(plan.Constraints),
        .. plan.Stages.SelectMany(Stage),
        .. plan.Webhooks.Select(static address => ("webhook", address.OriginalString, address.OriginalString)),
    ];

    private static string Host(PlanHost host)
    {
        var upgrade = host.UpgradeTo is null ? "" : $", to {host.UpgradeTo}{(host.Upgrade == UpgradeTime.Afterwards ? " afterwards" : " in the same stop")}";
        return $"{host.Vtep}, {(host.Strategy == HostStrategy.ConvertHost ? "convert-host" : "move-container")}, engine {host.EngineVersion}{upgrade}";
    }

    private static string Container(PlanContainer container)
    {
        var places = container.Attachments.Select(static place =>
            $"{place.Address} on {place.Network} ({place.MacAddress.ToColonText()}{(place.Aliases.IsEmpty ? "" : $", as {string.Join(", ", place.Aliases)}")})");
        return string.Join(", ", [container.IsRunning ? "runs" : "does not run", .. places, .. container.MoveTo is { } target ? [$"moves to {target}"] : Array.Empty<string>(), container.Id]);
    }

    private static IEnumerable<(string Kind, string Path, string Text)> Constraints(PlanConstraints constraints)
    {
        if (constraints.Canary is { } canary)
            yield return ("constraint", "canary", canary);
        if (!constraints.First.IsEmpty)
            yield return ("constraint", "first", List(constraints.First));
        if (!constraints.Last.IsEmpty)
            yield return ("constraint", "last", List(constraints.Last));
        foreach (var group in constraints.Together)
            yield return ("constraint", $"together {List(group)}", List(group));
        foreach (var group in constraints.Apart)
            yield return ("constraint", $"apart {List(group)}", List(group));
        foreach (var pair in constraints.Order)
            yield return ("constraint", $"order {pair.Host} after {pair.After}", $"{pair.Host} after {pair.After}");
    }

    private static IEnumerable<(string Kind, string Path, string Text)> Stage(PlanStage stage, int number)
    {
        var window = stage.Window is { } hours ? $", {GateWords.Of(hours)}" : "";
        var hosts = stage.Hosts.IsEmpty ? "" : $": {List(stage.Hosts)}";
        yield return ("stage", stage.Name, string.Create(CultureInfo.InvariantCulture, $"number {number + 1}, {stage.Kind.ToString().ToLowerInvariant()}{window}{hosts}"));
        foreach (var gate in stage.Gates)
            yield return ("gate", $"{stage.Name}/{gate.Name}", GateWords.Of(gate));
    }

    private static string List(ImmutableArray<string> names) => names.IsEmpty ? "none" : string.Join(", ", names);
}
