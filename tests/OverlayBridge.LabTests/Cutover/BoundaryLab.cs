using System.Text.Json;

namespace OverlayBridge.LabTests.Cutover;

/// <summary>A lab with the states at a run's boundaries as they are when nobody disturbs it.</summary>
internal sealed class BoundaryLab : IAsyncDisposable
{
    /// <summary>The stage from which the canary begins.</summary>
    public const string Prepared = "prepare";

    private const int MostResumes = 3;

    private readonly Dictionary<string, string> states = [];
    private readonly MigrationLab lab;
    private readonly Killer killer;
    private readonly string plan;
    private readonly Canary canary;
    private readonly Action<string> say;

    private BoundaryLab(MigrationLab lab, string plan, Canary canary, Action<string> say) =>
        (this.lab, this.plan, this.canary, this.say, killer) = (lab, plan, canary, say, new Killer(lab));

    /// <summary>Stages of the plan up to the one-way end.</summary>
    public static IReadOnlyList<string> Stages { get; } = [Prepared, "canary", "stage-1", "stage-2"];

    /// <summary>Steps with what they change.</summary>
    public List<(string Stage, string Step, bool Undo, string[] Changes)> Forward { get; } = [];

    /// <inheritdoc cref="Forward"/>
    public List<(string Stage, string Step, bool Undo, string[] Changes)> Back { get; } = [];

    public static async Task<BoundaryLab> UpAsync(string name, Canary canary, Action<string> say)
    {
        say($"lab {name}, h3: {canary}");
        var lab = await MigrationLab.UpAsync(name);
        try
        {
            if (canary == Canary.Move)
                await lab.BringImageAsync();
            var up = new BoundaryLab(lab, await lab.PlanOfApprovalsAsync(canary), canary, say);
            await up.UndisturbedAsync();
            return up;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => lab.DisposeAsync();

    /// <summary>From a boundary of stages to another and back, with a kill on either way; from the canary on the run is left rolled back to <paramref name="from"/>.</summary>
    /// <param name="from">Empty: the beginning.</param>
    public async Task ThereAndBackAsync(string from, string to, Kill? forward, Kill? back)
    {
        await GoToAsync(from);
        await UnderAsync(forward, () => from.Length == 0 ? lab.MigrateAsync("start", plan) : lab.MigrateAsync("resume"));
        await ThroughAsync(to);
        await CompareAsync(to);
        await UnderAsync(back, () => from.Length == 0 ? lab.MigrateAsync("rollback") : lab.MigrateAsync("rollback", "--to", from));
        await BackAsync(from);
        await CompareAsync(from);
    }

    /// <summary>The whole way to the bridge's end, with kills in its one-way part; then this lab is of no more use.</summary>
    public async Task RetireAsync(IReadOnlyList<Kill> kills)
    {
        await GoToAsync("");
        await lab.MigrateAsync("start", plan);
        await ThroughAsync("stage-2");
        await CompareAsync("stage-2");
        await lab.MigrateAsync("approve", "stage-2");
        await lab.NoteAsync("one-way");
        var since = await Task.WhenAll(kills.Select(killer.AskedAsync));
        // Beside the command: the whole end may take less time than its program.
        var strikes = kills.Select(async (kill, at) => say($"  {kill}{(await killer.StrikeAsync(kill, since[at]) ? "" : ": the step did without this change")}")).ToList();
        await Task.WhenAll([lab.MigrateAsync("retire", MigrationLab.PlanName, "--archive", Path.Combine(lab.Manager.Folder, "archive.json.gz")), .. strikes]);
        await ProceedAsync(static status => MigrationRun.StateOf(status) == "retired", "the end");
        foreach (var (_, step, _, changes) in await StepsAsync())
            foreach (var change in changes.Where(static change => change.StartsWith("Start ", StringComparison.Ordinal) || change.StartsWith("Leave ", StringComparison.Ordinal)))
                say($"  {step}: {change}");
        await lab.LeaveAsync();
        if (kills.Any(static kill => kill.Victim is Victim.Engine or Victim.Both))
            await lab.StartLeftDownAsync(states["stage-2"], say);
        await lab.ContainersAreAsync(states["stage-2"], "after the bridge's end");
        await lab.ReachAsync();
        say(await lab.AuditRetiredAsync());
    }

    /// <summary>Leaves the run at a boundary, wherever it is.</summary>
    private async Task GoToAsync(string boundary)
    {
        var state = await lab.StatusAsync(static _ => true, "how the run stands");
        var isBegun = state.GetProperty("run").ValueKind != JsonValueKind.Null && MigrationRun.StateOf(state) is not "rolled-back";
        if (boundary.Length == 0 && isBegun)
        {
            await lab.MigrateAsync("rollback");
            await BackAsync("");
        }
        else if (boundary.Length > 0 && !isBegun)
        {
            await lab.MigrateAsync("start", plan);
            await ThroughAsync(boundary);
            await lab.MigrateAsync("approve", boundary);
            await ThroughAsync("canary");
            await lab.MigrateAsync("rollback", "--to", boundary);
            await BackAsync(boundary);
        }
    }

    private async Task UndisturbedAsync()
    {
        await lab.ReachAsync();
        states[""] = await lab.SnapshotAsync();
        await lab.MigrateAsync("start", plan);
        foreach (var stage in Stages)
        {
            await lab.WaitsAsync(stage);
            await lab.ReachAsync();
            states[stage] = await lab.SnapshotAsync();
            if (stage != Stages[^1])
                await lab.MigrateAsync("approve", stage);
        }
        Forward.AddRange(await StepsAsync());
        await lab.MigrateAsync("rollback");
        await lab.StateAsync("rolled-back");
        Back.AddRange(await StepsAsync());
        await AfterMoveAsync();
        await CompareAsync("");
    }

    private async Task<IEnumerable<(string, string, bool, string[])>> StepsAsync() =>
        (await lab.StatusAsync(static _ => true, "how the run stands")).GetProperty("steps").EnumerateArray().Select(static step => (
            step.GetProperty("stage").GetString()!, step.GetProperty("step").GetString()!, step.GetProperty("undo").GetBoolean(),
            step.GetProperty("changes").EnumerateArray().Select(static change => change.GetString()!).ToArray()));

    private async Task UnderAsync(Kill? kill, Func<Task> begin)
    {
        if (kill is null)
        {
            await begin();
            return;
        }
        var since = await killer.AskedAsync(kill);
        // Beside the command: there are steps that take less time than its program to end.
        var strike = killer.StrikeAsync(kill, since);
        await Task.WhenAll(begin(), strike);
        say($"  {kill}{(await strike ? "" : ": the step did without this change")}");
    }

    /// <summary>On to the end of a stage, approving those before it.</summary>
    private async Task ThroughAsync(string to)
    {
        foreach (var stage in Stages.TakeWhile(stage => stage != to))
        {
            var status = await ProceedAsync(status => MigrationRun.Waits(status, stage) || IsDone(status, stage), $"the end of {stage}");
            if (!IsDone(status, stage))
                await lab.MigrateAsync("approve", stage);
        }
        await ProceedAsync(status => MigrationRun.Waits(status, to), $"the end of {to}");
    }

    private async Task BackAsync(string to)
    {
        await ProceedAsync(
            status => to.Length == 0 ? MigrationRun.StateOf(status) == "rolled-back" : MigrationRun.IsPaused(status, $"Rolled back to stage {to}"), $"the way back to {(to.Length == 0 ? "the beginning" : to)}");
        await AfterMoveAsync();
    }

    /// <summary>An engine of 20.10.5 whose last container left a network may be left with a thread in its dead namespace: an operator starts it anew (docs/decisions/033).</summary>
    private Task AfterMoveAsync() => canary == Canary.Move ? CutoverLab.RestartEngineAsync(lab.Lab.LegacyHosts[2]) : Task.CompletedTask;

    /// <summary>A step that fails under a kill pauses the run; an operator resumes it.</summary>
    private async Task<JsonElement> ProceedAsync(Func<JsonElement, bool> isThere, string what)
    {
        for (var resumes = 0; ; resumes++)
        {
            var status = await lab.StatusAsync(status => isThere(status) || MigrationRun.IsPaused(status, " failed"), what);
            if (isThere(status))
                return status;
            say($"  paused: {MigrationRun.NoteOf(status)}");
            Assert.True(resumes < MostResumes, MigrationRun.NoteOf(status));
            await lab.MigrateAsync("resume");
        }
    }

    private static bool IsDone(JsonElement status, string stage) =>
        status.GetProperty("stages").EnumerateArray().Any(one => one.GetProperty("name").GetString() == stage && one.GetProperty("state").GetString() == "done");

    private async Task CompareAsync(string boundary)
    {
        await lab.SnapshotIsAsync(states[boundary], boundary.Length == 0 ? "back at the beginning" : $"at the end of {boundary}");
        await lab.ReachAsync();
    }
}
