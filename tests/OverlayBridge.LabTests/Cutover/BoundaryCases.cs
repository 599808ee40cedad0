using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace OverlayBridge.LabTests.Cutover;

/// <summary>
/// The cases of <see cref="BoundaryTests"/>. Many share one lab: what went forward under a kill goes back under another, and each end is compared with that of a run that
/// nobody disturbed. A case that fails ends its lab, and the next begins in a new one.
/// </summary>
internal sealed partial class BoundaryCases : IAsyncDisposable
{
    /// <summary>By the manager, before hosts retire.</summary>
    private static readonly (string Step, string Change)[] UnexposeSteps = [("unexpose.appnet", "End the exposure")];

    /// <summary>Hosts retire side by side, so that one run has several kills.</summary>
    private static readonly (string Step, string Change)[] RetireSteps = [("retire.h1", ""), ("retire.h2", "Take the name server"), ("retire.h3", "Remove the notes")];

    private readonly Random random;
    private readonly Canary canary = Enum.Parse<Canary>(Environment.GetEnvironmentVariable("OVERLAYBRIDGE_CANARY") ?? nameof(Canary.Convert), ignoreCase: true);
    private readonly string wanted = Environment.GetEnvironmentVariable("OVERLAYBRIDGE_BOUNDARIES") ?? "";
    private readonly int repeats = int.TryParse(Environment.GetEnvironmentVariable("OVERLAYBRIDGE_REPEAT"), CultureInfo.InvariantCulture, out var given) ? given : 1;
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private BoundaryLab? current;
    private int labs;

    public BoundaryCases()
    {
        var seed = Kill.Seed();
        random = new Random(seed);
        Say($"OVERLAYBRIDGE_SEED={seed}");
    }

    public List<string> Failures { get; } = [];

    public async ValueTask DisposeAsync()
    {
        if (current is not null)
            await current.DisposeAsync();
    }

    public async Task RunAsync()
    {
        var first = await LabAsync();
        await RoundsAsync("h3", BoundaryLab.Prepared, "canary", Kills("canary", first.Forward), Kills("canary", first.Back));
        await RoundsAsync("expose", "", "prepare", Kills("prepare", first.Forward), Kills("prepare", first.Back));
        foreach (var stage in BoundaryLab.Stages.Where(stage => IsWanted($"back from {stage}")))
            await CaseAsync($"back from {stage}", lab => lab.ThereAndBackAsync("", stage, null, null));
        foreach (var victim in Kill.VictimsOf("retire").Where(victim => IsWanted($"retire, {victim}")))
            foreach (var places in PlacesOf(victim))
                await CaseAsync($"to the end, {victim}", async lab =>
                {
                    await lab.RetireAsync([.. places.Select(place => new Kill(victim, place.Step, false, place.Change, TimeSpan.FromMilliseconds(random.Next(100))))]);
                    await DisposeAsync();
                    current = null;
                });
    }

    /// <summary>
    /// The engine of the only manager is not killed in the same moment as those of workers: an engine tries to start each of its containers once, and with a swarm that has no manager one may stay down, with
    /// the bridge or without it.
    /// </summary>
    private static (string Step, string Change)[][] PlacesOf(Victim victim) => victim is Victim.Engine or Victim.Both ? [UnexposeSteps, RetireSteps] : [[.. UnexposeSteps, .. RetireSteps]];

    /// <summary>Every place of a stage's steps, with every victim.</summary>
    private List<Kill> Kills(string stage, IReadOnlyList<(string Stage, string Step, bool Undo, string[] Changes)> steps) =>
    [
        .. from step in steps
           where step.Stage == stage && !(step.Undo && step.Step.StartsWith("check-store.", StringComparison.Ordinal)) // which no host is asked to undo
           from change in (string[])["", .. step.Changes.Select(UpToNode)]
           from victim in Kill.VictimsOf(step.Step)
           let kill = new Kill(victim, step.Step, step.Undo, change, Delay(random.Next(3) == 0 ? 0 : random.Next(600)))
           where IsWanted($"{kill}")
           from again in Enumerable.Range(0, repeats)
           select again == 0 ? kill : kill with { Delay = Delay(random.Next(600)) },
    ];

    /// <summary>A change's words up to the id of a swarm node, which is another in each round.</summary>
    private static string UpToNode(string change) => NodeId().Match(change) is { Success: true } id ? change[..id.Index] : change;

    [GeneratedRegex(@"\b[a-z0-9]{25}\b")]
    private static partial Regex NodeId();

    private static TimeSpan Delay(int drawn) =>
        TimeSpan.FromMilliseconds(int.TryParse(Environment.GetEnvironmentVariable("OVERLAYBRIDGE_DELAY"), CultureInfo.InvariantCulture, out var given) ? given : drawn);

    private bool IsWanted(string words) => wanted.Split('|').Any(one => one.Split('&').All(part => words.Contains(part, StringComparison.OrdinalIgnoreCase)));

    private async Task RoundsAsync(string what, string from, string to, List<Kill> forward, List<Kill> back)
    {
        var rounds = Math.Max(forward.Count, back.Count);
        for (var round = 0; round < rounds; round++)
            await CaseAsync(
                $"{what}, {round + 1} of {rounds}",
                lab => lab.ThereAndBackAsync(from, to, forward.ElementAtOrDefault(round), back.ElementAtOrDefault(round)));
    }

    private async Task CaseAsync(string what, Func<BoundaryLab, Task> act)
    {
        try
        {
            var lab = await LabAsync();
            Say(what);
            await act(lab);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Failures.Add($"{what} (lab {labs}): {e.Message}");
            Say($"FAILED: {what} (lab {labs}): {e}");
            await DisposeAsync();
            current = null;
        }
    }

    private async Task<BoundaryLab> LabAsync() => current ??= await BoundaryLab.UpAsync($"boundaries-{++labs}", canary, Say);

    private void Say(string line) => Console.Out.WriteLine($"{clock.Elapsed:hh\\:mm\\:ss} {line}");
}
