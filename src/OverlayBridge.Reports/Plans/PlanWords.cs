using System.Globalization;

namespace OverlayBridge.Reports.Plans;

/// <summary>What all forms of a plan say alike.</summary>
internal static class PlanWords
{
    public static string Title(PlanDocument plan) => $"Plan '{plan.Name}'";

    public static string Origin(PlanDocument plan) => string.Create(
        CultureInfo.InvariantCulture, $"Made from {plan.Source} at index {plan.Index}, {plan.Created.UtcDateTime:yyyy-MM-dd HH:mm} UTC; networks are exposed at {plan.Manager}.");

    public static string Counts(PlanDocument plan) =>
        $"{Wording.Count(plan.Hosts.Length, "host")} and {Wording.Count(plan.Hosts.Sum(static host => host.Containers.Length), "container")} on {Wording.Count(plan.Networks.Length, "network")}; {Stages(plan)}.";

    public static string Stages(PlanDocument plan)
    {
        var stages = plan.Stages.Count(static stage => stage.Kind == "hosts");
        return $"{Wording.Count(stages, "stage")} of hosts, {(stages <= plan.LowerBound ? "fewer are not possible" : $"at least {Wording.Number((long)plan.LowerBound)} are needed")}";
    }

    public static string Limits(PlanDocument plan) =>
        $"At most {plan.MaxUnavailable} of a replica set away at once, where it says nothing else; {Wording.Count(plan.Parallel, "host")} at work at once.";

    public static string Figures(PlanDocument plan) =>
        $"Expected by measured times: {string.Join(", ", plan.Figures.Select(static figure => $"{figure.Name.Replace('-', ' ')} {Seconds(figure.Seconds)}"))}. Waits for gates, approvals and windows come on top.";

    public static string Seconds(ExpectedSeconds seconds) => seconds.Most == 0 ? "none"
        : Round(seconds.Least) == Round(seconds.Most) ? Time(seconds.Most)
        : seconds.Most < 120 ? string.Create(CultureInfo.InvariantCulture, $"{Round(seconds.Least)}-{Round(seconds.Most)} s")
        : $"{Time(seconds.Least)} - {Time(seconds.Most)}";

    public static string Engine(PlanHostLine host) =>
        host.UpgradeTo is null ? host.EngineVersion : $"{host.EngineVersion} -> {host.UpgradeTo}{(host.Upgrade == "afterwards" ? ", afterwards" : "")}";

    public static string Gates(PlanStageLine stage) => stage.Gates.IsEmpty ? "" : string.Join(", ", stage.Gates.Select(static gate => gate.Name));

    /// <summary>Where a container runs afterwards, and as what.</summary>
    public static string Place(PlanContainerLine container) => string.Join(", ", container.Attachments.Select(static place => $"{place.Address} on {place.Network}"));

    private static double Round(double seconds) => seconds < 10 ? Math.Round(seconds, 1) : Math.Round(seconds);

    private static string Time(double seconds) => seconds < 120
        ? string.Create(CultureInfo.InvariantCulture, $"{Round(seconds)} s")
        : string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(seconds / 60)} min {seconds % 60:0} s");
}
