using System.Net.Sockets;
using OverlayBridge.Engines;
using OverlayBridge.Sources;

namespace OverlayBridge.Migration.Agent.Tasks;

public sealed class PassingFailuresTests
{
    private static readonly SourceException Failed = new("The store refuses a request.", "500", "Look at it.");
    private static readonly SourceException Away = new("The store cannot be reached.", "refused", "Bring it back.") { IsAway = true };
    private static readonly EngineException Nobody = new("Cannot list containers.", "refused", "Start it.", null, new SocketException((int)SocketError.ConnectionRefused));

    private static readonly EngineException Silent = new("Cannot list containers.", "No answer within 30 s.", "Look at it.", null, new OperationCanceledException());

    private readonly PassingFailures passing = new();

    [Fact]
    public void A_store_that_fails_an_absent_one_and_an_absent_engine_each_have_their_own_number_of_tries()
    {
        Assert.Equal((2, 59, 29), (Passes(Failed), Passes(Away), Passes(Nobody)));
        Assert.Equal((0, 0, 0), (Passes(Failed), Passes(Away), Passes(Nobody)));
    }

    [Fact]
    public void An_engine_that_tries_its_containers_before_it_answers_is_asked_for_two_minutes() => Assert.Equal((3, 29), (Passes(Silent), Passes(Nobody)));

    [Fact]
    public void A_store_that_fails_after_a_change_was_made_is_tried_anew_and_an_engine_is_not()
    {
        Assert.Equal((2, 59, 29), (Passes(Failed), Passes(Away), Passes(Nobody)));

        passing.Progressed();

        Assert.Equal((2, 59, 0), (Passes(Failed), Passes(Away), Passes(Nobody)));
    }

    [Fact]
    public void What_is_not_allowed_what_an_engine_refuses_and_what_is_in_the_way_do_not_pass() => Assert.Equal(
        (0, 0, 0),
        (Passes(new SourceException("The store denies access.", "403", "Give another token.") { IsDenied = true }), Passes(new EngineException("Cannot start web.", "500", "See its log.")), Passes(new StepException("no room", "make some"))));

    /// <summary>How often it is said to pass until it is not.</summary>
    private int Passes(Exception failure)
    {
        var times = 0;
        while (passing.Meet(failure) is not null)
            times++;
        return times;
    }
}
