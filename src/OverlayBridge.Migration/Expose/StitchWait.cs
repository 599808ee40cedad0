using System.Collections.Immutable;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Expose;

/// <summary>Which hosts are not yet as an exposure wants them: pure functions of what the agents report.</summary>
internal static class StitchWait
{
    /// <summary>Hosts that are up and have containers on a side, but have not programmed what the other side needs; with the reason.</summary>
    public static ImmutableArray<string> NotProgrammed(HostsView view, ExposureRecord exposure) =>
    [
        .. from side in (string[])[exposure.LegacyNetworkId, exposure.SwarmNetworkId]
           from host in Up(view)
           where view.Attachments.Any(item => item.Host == host && item.Attachment.NetworkId == side)
           let report = Report(view, host, side)
           where report is null || report.Error is not null || report.Programmed < report.Desired
           select $"{host}: {Reason(report)}",
    ];

    /// <summary>Hosts that are up and still hold entries of an exposure that is taken back.</summary>
    public static ImmutableArray<string> NotRemoved(HostsView view, ExposureRecord exposure) =>
    [
        .. from side in (string[])[exposure.LegacyNetworkId, exposure.SwarmNetworkId]
           from host in Up(view)
           let report = Report(view, host, side)
           where report is { Programmed: > 0 } or { Error: not null }
           select $"{host}: {Reason(report)}",
    ];

    /// <summary>Hosts that cannot be waited for.</summary>
    public static ImmutableArray<string> Lost(HostsView view) =>
        [.. view.Hosts.Where(host => host.State == HostState.Lost).Select(host => host.Name)];

    private static IEnumerable<string> Up(HostsView view) =>
        view.Hosts.Where(host => host.State == HostState.Up).Select(host => host.Name);

    private static StitchReport? Report(HostsView view, string host, string network) =>
        view.Reports.FirstOrDefault(item => item.Host == host && item.Report.NetworkId == network).Report;

    private static string Reason(StitchReport? report) => report switch
    {
        null => "its agent has not reported yet",
        { Error: { } error } => error,
        { Differences: [var first, ..] } => $"{report.Programmed} of {report.Desired} entries; {first.Entry}: {first.Reason}",
        _ => $"{report.Programmed} of {report.Desired} entries",
    };
}
