using System.Collections.Immutable;

namespace OverlayBridge.Overlay.Retirement;

public sealed class RetiredChecksTests
{
    private static readonly RetiredEngine Clean = new("tcp://10.0.0.1:2375", "h1", "26.1.5", "", "active", [], [], [], 3, []);

    [Fact]
    public void A_host_on_plain_swarm_and_control_nodes_that_answer_no_more_are_clean() =>
        Assert.All(Of(Clean, new("bridge://b", Answers: false, [], [], "", "")), static check => Assert.Equal(RetiredVerdict.Ok, check.Verdict));

    [Fact]
    public void A_holder_may_stay_on_an_engine_that_needs_it_and_on_no_other()
    {
        Assert.Equal(RetiredVerdict.Note, Assert.Single(Of(Clean with { Version = "20.10.5+dfsg1", Holders = ["holder-appnet"] }), static check => check.Text.Contains("holder", StringComparison.Ordinal)).Verdict);
        Assert.Equal(RetiredVerdict.Problem, Assert.Single(Of(Clean with { Holders = ["holder-appnet"] }), static check => check.Text.Contains("holder", StringComparison.Ordinal)).Verdict);
    }

    [Fact]
    public void A_name_server_that_others_stand_behind_is_only_worth_to_know()
    {
        var note = Assert.Single(Of(Clean with { Resolvers = [new("web", "172.18.0.1", HasOthers: true)] }), static check => check.Verdict != RetiredVerdict.Ok);
        Assert.Equal(RetiredVerdict.Note, note.Verdict);
        Assert.Contains("web (172.18.0.1)", note.Text, StringComparison.Ordinal);
    }

    public static TheoryData<string> Leftovers => ["store", "swarm", "network", "stopped", "resolver"];

    [Theory]
    [MemberData(nameof(Leftovers))]
    public void Whatever_is_left_on_a_host_is_a_problem_with_what_to_do(string what)
    {
        var problem = Assert.Single(Of(what switch
        {
            "store" => Clean with { ClusterStore = "consul://10.0.0.5:8500" },
            "swarm" => Clean with { SwarmState = "inactive" },
            "network" => Clean with { LegacyNetworks = ["appnet"] },
            "stopped" => Clean with { Stopped = ["web (exited)"] },
            _ => Clean with { Resolvers = [new("web", "172.18.0.1", HasOthers: false)] },
        }), static check => check.Verdict == RetiredVerdict.Problem);
        Assert.NotEmpty(problem.Remedy);
        Assert.Equal("h1", problem.Subject);
    }

    [Fact]
    public void Whatever_is_left_in_the_control_nodes_is_a_problem_each()
    {
        var problems = Of(Clean, new("bridge://b", Answers: true, ["h1"], ["appnet"], "committed", "paused")).Where(static check => check.Verdict == RetiredVerdict.Problem).ToList();
        Assert.Equal(4, problems.Count);
    }

    private static ImmutableArray<RetiredCheck> Of(RetiredEngine engine, RetiredStore? store = null) => RetiredChecks.Of(new([engine], store));
}
