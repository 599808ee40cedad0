using System.Collections.Immutable;

namespace OverlayBridge.Overlay.Plans.Downtimes;

/// <summary>What a plan costs, by figures that were measured. Pure.</summary>
public static class ExpectedDowntime
{
    /// <summary>How often and how long a running container is away. One that is moved is not there any more when its host goes over.</summary>
    public static (int Outages, TimeSpread Away) Of(PlanHost host, PlanContainer container, DowntimeFigures figures)
    {
        if (!container.IsRunning)
            return (0, TimeSpread.Zero);
        if (container.MoveTo is not null && host.Strategy == HostStrategy.MoveContainer)
            return (1, figures.Move);
        return host switch
        {
            { UpgradeTo: null } => (1, figures.Convert),
            { Upgrade: UpgradeTime.WithConversion } => (1, figures.ConvertUpgrade),
            _ => (2, figures.Convert + figures.Upgrade),
        };
    }

    /// <summary>How long a host's steps take: its containers one after the other, then the host.</summary>
    public static TimeSpread Of(PlanHost host, DowntimeFigures figures)
    {
        var moved = host.Strategy == HostStrategy.MoveContainer ? host.Containers.Count(static container => !container.Attachments.IsEmpty) : 0;
        var conversion = host switch
        {
            { UpgradeTo: null } => figures.Convert,
            { Upgrade: UpgradeTime.WithConversion } => figures.ConvertUpgrade,
            _ => figures.Convert + figures.Upgrade,
        };
        return new(figures.Move.Least * moved + conversion.Least, figures.Move.Most * moved + conversion.Most);
    }

    /// <summary>
    /// How long a stage's steps take, without waits for gates: its hosts in their order, each as soon as one of those at work is done.
    /// </summary>
    public static TimeSpread Of(IEnumerable<PlanHost> hosts, int parallel, DowntimeFigures figures)
    {
        ImmutableArray<TimeSpread> times = [.. hosts.Select(host => Of(host, figures))];
        return new(Length(times, parallel, static time => time.Least), Length(times, parallel, static time => time.Most));
    }

    private static TimeSpan Length(IEnumerable<TimeSpread> times, int parallel, Func<TimeSpread, TimeSpan> of) =>
        HostSlot.Of(times.Select(of), parallel).Select(static slot => slot.End).DefaultIfEmpty().Max();
}
