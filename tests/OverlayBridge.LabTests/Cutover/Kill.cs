using System.Globalization;

namespace OverlayBridge.LabTests.Cutover;

/// <summary>What is ended by kill -9.</summary>
internal enum Victim
{
    /// <summary>The control node that leads, and the executor in it. It is started again when another leads.</summary>
    Leader,

    /// <summary>The step's agent, started again at once.</summary>
    Agent,

    /// <summary>The step's engine. A conversion starts it again by itself; in other steps what looks after engines on a host does.</summary>
    Engine,

    /// <summary>Engine and agent at once; the agent is started again.</summary>
    Both,

    /// <summary>Where a container moves: the agent of the host it goes to, started again at once. It makes, starts and removes it there.</summary>
    Target,
}

/// <summary>A place in a run where something is killed.</summary>
/// <param name="Step">The step's id.</param>
/// <param name="Undo">On the way back.</param>
/// <param name="Change">In the act: as soon as this change is begun. Empty: at the boundary before the step, as soon as it is asked for.</param>
/// <param name="Delay">From there.</param>
internal sealed record Kill(Victim Victim, string Step, bool Undo, string Change, TimeSpan Delay)
{
    /// <summary>The host is the second part of a step's id, but for steps about a network, which the manager's does.</summary>
    public string Host => Step.EndsWith($".{MigrationLab.Network}", StringComparison.Ordinal) ? "h4" : Step.Split('.')[1];

    /// <summary>Who can be killed in a step.</summary>
    public static IEnumerable<Victim> VictimsOf(string step) =>
        Enum.GetValues<Victim>().Where(victim => victim != Victim.Target || step.StartsWith("move-container.", StringComparison.Ordinal));

    /// <summary>What places and delays are drawn by: <c>OVERLAYBRIDGE_SEED</c>, or another each time.</summary>
    public static int Seed() =>
        int.TryParse(Environment.GetEnvironmentVariable("OVERLAYBRIDGE_SEED"), CultureInfo.InvariantCulture, out var given) ? given : Random.Shared.Next();

    public override string ToString() =>
        $"{Victim} killed {Delay.TotalMilliseconds:0} ms into {(Undo ? "the undo of " : "")}{Step}{(Change.Length > 0 ? $", '{Change}'" : ", at its boundary")}";
}
