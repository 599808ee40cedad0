using System.Net;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Sources;

namespace OverlayBridge.Migration.Agent.Tasks.Steps;

public sealed class StoreChecksTests
{
    private static readonly TakeoverRecord Takeover = new(
        "t1", "consul://10.0.0.5:8500", "docker/", [IPEndPoint.Parse("10.0.0.5:8500")], [IPEndPoint.Parse("10.0.0.7:8500")], ["h1"], [], TakeoverPhase.Committed, default, new(15), "", "");

    private static readonly TakeoverHostReport Redirected = new("t1", TakeoverHostState.Redirected, default, "nftables", 0, "");

    [Fact]
    public void An_engine_behind_the_redirect_of_a_committed_takeover_works_on_the_cluster()
    {
        Assert.Null(Find(Takeover, Redirected));
        Assert.Contains("not redirected", Find(Takeover, null)!.What, StringComparison.Ordinal);
        Assert.Contains("not redirected", Find(Takeover, Redirected with { TakeoverId = "t0" })!.What, StringComparison.Ordinal);
        Assert.Contains("prepared", Find(Takeover with { Phase = TakeoverPhase.Prepared }, Redirected)!.What, StringComparison.Ordinal);
        Assert.Contains("no takeover", Find(null, null)!.What, StringComparison.Ordinal);
    }

    [Fact]
    public void An_engine_whose_daemon_json_points_here_works_on_the_cluster()
    {
        Assert.Null(Find(Takeover with { Phase = TakeoverPhase.Released }, null, "consul://10.0.0.6:8500,10.0.0.7:8500/prefix"));
        Assert.Null(Find(null, null, "consul://10.0.0.9:8500"));
    }

    [Fact]
    public void An_engine_in_the_swarm_needs_no_store_and_one_without_both_is_named()
    {
        Assert.Null(Find(Takeover, null, "", "active"));
        Assert.Contains("no store", Find(Takeover, null, "")!.What, StringComparison.Ordinal);
    }

    private static Conversion.Obstacle? Find(TakeoverRecord? takeover, TakeoverHostReport? report, string store = "consul://10.0.0.5:8500", string swarm = "inactive") =>
        StoreChecks.Find(takeover, report, [new ServerAddress("10.0.0.9", 8500)], store, swarm);
}
