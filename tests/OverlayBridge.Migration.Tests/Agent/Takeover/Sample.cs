using System.Net;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Takeover;

/// <summary>A takeover of a store at two addresses by three gateways; this host is h1.</summary>
internal static class Sample
{
    public static readonly IPEndPoint Old = IPEndPoint.Parse("10.0.0.5:8500");
    public static readonly IPEndPoint Local = IPEndPoint.Parse("127.0.0.1:8500");

    public static TakeoverRecord Record(TakeoverPhase phase, string id = "t1", params string[] gateways) => new(
        id, "consul://10.0.0.5:8500", "docker/", [Old, Local],
        [.. (gateways.Length > 0 ? gateways : ["10.0.0.7:8500", "10.0.0.8:8500", "10.0.0.9:8500"]).Select(static g => IPEndPoint.Parse(g))],
        ["h1", "h2"], [], phase, DateTimeOffset.UnixEpoch, new TakeoverLimits(30), "me@here", "");
}
