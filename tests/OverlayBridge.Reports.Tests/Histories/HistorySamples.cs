using System.Text;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Reports.Diffs;
using OverlayBridge.Reports.Histories;

namespace OverlayBridge.Reports.Tests.Histories;

/// <summary>Changes to look at: of every kind, by everybody.</summary>
internal static class HistorySamples
{
    private const string Source = "bridge://10.0.0.5:8500";
    private const string Network = "docker/network/v1.0/endpoint_count/5b1f1b1b2c5a/";
    private static readonly DateTimeOffset Time = new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);
    private static readonly HistoryBy Nobody = new("expiry", "", "", "", "");

    public static HistoryReport None { get; } = new(new(HistoryDocument.CurrentFormatVersion, Source, "network web", 17, 1, More: false, [], []));

    public static HistoryReport Changes(string name) => new(new(
        HistoryDocument.CurrentFormatVersion, Source, "", 1207, 17, More: true, ["Changes up to index 17 are forgotten: this is not all since 12."],
        [
            HistoryChangeView.OfSession(9, 1207, Time.AddSeconds(40), Nobody, "6f2c3a7e-0d0c-4c3c-9d06-0a8f0f9e1c77", Session, null),
            HistoryChangeView.OfKey(8, 1207, Time.AddSeconds(40), Nobody, "docker/nodes/10.0.0.7:2376", Key("10.0.0.7:2376", 1201, "6f2c3a7e-0d0c-4c3c-9d06-0a8f0f9e1c77"), null),
            HistoryChangeView.OfKey(7, 1206, Time, new("engine", name, "ce61c2c7b006", "10.0.0.7", "Go-http-client/1.1"), Network, Key("""{"Count":2}""", 1100), Key("""{"Count":3}""", 1206)),
            HistoryChangeView.OfKey(6, 1205, Time, new("client", "", "", "10.0.0.8", "Go-http-client/1.1"), $"docker/network/v1.0/network/{name}/", null, Key(new string('x', 700), 1205)),
            HistoryChangeView.OfKey(5, 1204, Time, new("operator", "alice", "066e140c7348", "10.0.0.9", "overlaybridge/1.0.0 (repair)"), "docker/x", Key("1", 4), Key("1", 1204, "s1")),
            HistoryChangeView.OfKey(4, 1203, Time, new("import", "alice", "066e140c7348", "10.0.0.9", "overlaybridge/1.0.0 (import)"), "docker/x", Key("1", 3, "s1"), Key("1", 4)),
            HistoryChangeView.OfKey(3, 1202, Time, new("control", "watch on hosts", "", "", ""), "overlaybridge/v1/hosts/h1", Key("up", 3), Key("lost", 4)),
            HistoryChangeView.OfKey(2, 1201, null, new("unknown", "", "", "", ""), "docker/y", Key("", 3), Key("", 4) with { Flags = 7 }),
        ]));

    private static SessionView Session => new("n1", "docker", "60s", "delete", 1190, 1190);

    private static KeyStateView Key(string value, ulong index, string? session = null) =>
        KeyStateView.Of(new KeyValueEntry("k", [.. Encoding.UTF8.GetBytes(value)], 0, 3, index, 0, session))!;
}
