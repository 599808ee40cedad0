using System.Net;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Overlay.Takeovers;
using OverlayBridge.Reports.Takeovers;

namespace OverlayBridge.Reports.Tests;

/// <summary>A takeover with a host, a coordinator and an alarm.</summary>
internal static class TakeoverSamples
{
    private const string Source = "consul://10.0.0.5:8500";
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;

    public static StatusReport Status(string host)
    {
        var takeover = new TakeoverRecord(
            "t1", Source, "docker/", [IPEndPoint.Parse("10.0.0.5:8500")], [IPEndPoint.Parse("10.0.0.7:8500")], [host], [], TakeoverPhase.Prepared, Now,
            new TakeoverLimits(15), "root@h1", "") { CommitAsked = Now };
        var report = new TakeoverHostReport("t1", TakeoverHostState.Ready, Now, "nftables", 3, "");
        var progress = new TakeoverProgress("t1", "n1", Now, true, 42, 7, "following the source", [host]);
        var alarms = TakeoverAlarms.None("t1").Add([new TakeoverAlarm("docker/x", "changed", 43, "10.0.0.8", Now)]);
        return new(StatusDocument.Of("bridge://b", "standby", takeover, progress, [new(host, false, report, true)], alarms, Now));
    }

    public static PrepareReport Prepare()
    {
        var facts = new PrepareFacts(
            Source, "docker/", StoreImage.Empty, "1.8.7", [IPEndPoint.Parse("10.0.0.5:8500")], false, [new("n1", IPEndPoint.Parse("10.0.0.7:8500"), "")],
            null, null, [], [], 0, Now);
        return new(PrepareDocument.Of(facts, PrepareChecks.Of(facts), done: false));
    }
}
