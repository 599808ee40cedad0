
namespace OverlayBridge.LabTests.Cutover;

/// <summary>
/// The long form of the kills of <see cref="MigrationTests"/>: the plan's run killed at every boundary of steps and inside each act, forward and back, and rolled back from
/// every boundary of stages. It takes an hour and more, and so runs only when it is asked for: <c>-explicit only -class '*BoundaryTests'</c>.
/// <c>OVERLAYBRIDGE_BOUNDARIES</c> may name a part of the cases by a piece of their words, or several with &amp; between and alternatives with | between, <c>OVERLAYBRIDGE_SEED</c> repeats a run's delays,
/// <c>OVERLAYBRIDGE_DELAY</c> is one in milliseconds for all,
/// <c>OVERLAYBRIDGE_REPEAT</c> says how often each place is hit, each time after another delay. <c>OVERLAYBRIDGE_CANARY</c> says how h3 goes over: <c>convert</c>, or with its engine exchanged
/// (<c>upgrade</c>), in a stop of its own afterwards (<c>afterwards</c>), or after its containers were moved (<c>move</c>).
/// </summary>
public sealed class BoundaryTests
{
    private const int Patience = 4 * 3600 * 1000;

    [Fact(Timeout = Patience, Explicit = true)]
    public async Task A_run_that_is_killed_anywhere_comes_to_the_same_end_and_goes_back_to_the_same_beginning()
    {
        await using var cases = new BoundaryCases();
        await cases.RunAsync();
        Assert.True(cases.Failures.Count == 0, string.Join("\n\n", cases.Failures));
    }
}
