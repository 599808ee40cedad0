using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using OverlayBridge.Engines;
using OverlayBridge.Legacy.Records;
using OverlayBridge.Migration.Agent.Publishing;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Sources;

namespace OverlayBridge.Migration.Agent.Tasks;

public sealed class TaskLoopTests : IAsyncDisposable
{
    private const string Step = "convert-host.h1";
    private const string Retire = "retire.h1";

    private readonly Background background = new();
    private readonly KeyStore store = new();
    private readonly string folder = Directory.CreateTempSubdirectory("tasks").FullName;
    private readonly List<string> calls = [];

    public async ValueTask DisposeAsync()
    {
        await background.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_task_is_carried_out_once_and_its_changes_are_told()
    {
        Start(new Script((run, _) =>
        {
            run.Change("one");
            run.Change("two");
            return Task.CompletedTask;
        }));

        Ask(1);
        await background.UntilAsync(() => Report()?.State == HostTaskState.Done);
        Ask(1);
        Ask(1, step: "convert-host.later");
        await background.UntilAsync(() => Report("convert-host.later")?.State == HostTaskState.Done);

        Assert.Equal(["one", "two"], Report()!.Changes);
        Assert.Equal(2, calls.Count);
        Assert.False(System.IO.File.Exists(TaskPath));
    }

    [Fact]
    public async Task What_is_in_the_way_is_told_with_its_remedy_and_a_new_attempt_tries_again()
    {
        Start(new Script((_, _) => calls.Count == 1 ? throw new StepException("no room", "make some") : Task.CompletedTask));

        Ask(1);
        await background.UntilAsync(() => Report()?.State == HostTaskState.Failed);
        Assert.Equal(("no room", "make some"), (Report()!.Cause, Report()!.Remedy));
        Ask(2);
        await background.UntilAsync(() => Report() is { State: HostTaskState.Done, Attempt: 2 });
    }

    [Fact]
    public async Task A_record_of_the_engines_that_cannot_be_read_fails_the_step_and_not_the_agent()
    {
        Start(new Script(static (_, _) => throw new RecordFormatException("docker/bitmap", 7, "It is cut off.", "Restore it.")));

        Ask(1);
        await background.UntilAsync(() => Report()?.State == HostTaskState.Failed);
        Assert.Equal(("docker/bitmap: byte 7: It is cut off.", "Restore it."), (Report()!.Cause, Report()!.Remedy));
    }

    [Fact]
    public async Task What_passes_by_itself_is_waited_for_and_the_step_is_carried_out_again()
    {
        Start(new Script((run, _) =>
        {
            run.Change("one");
            return calls.Count switch
            {
                < 6 => throw new EngineException("Cannot read the engine's state.", "Connection refused", "Start it.", null, new SocketException((int)SocketError.ConnectionRefused)),
                6 => throw new SourceException("The store refuses a request.", "The outcome of the write is unknown", "Look again."),
                _ => Task.CompletedTask,
            };
        }));

        Ask(1);
        await background.UntilAsync(() => Report()?.State == HostTaskState.Done);
        Assert.Equal(7, calls.Count);
        Assert.Equal(["one"], Report()!.Changes);
    }

    [Fact]
    public async Task A_store_that_goes_on_failing_ends_the_attempt_with_its_words()
    {
        Start(new Script((_, _) => throw new SourceException("The store refuses a request.", "The outcome of the write is unknown", "Look again.")));

        Ask(1);
        await background.UntilAsync(() => Report()?.State == HostTaskState.Failed);
        Assert.Equal(("The store refuses a request. The outcome of the write is unknown", "Look again."), (Report()!.Cause, Report()!.Remedy));
        Assert.Equal(3, calls.Count);
    }

    [Fact]
    public async Task A_store_that_goes_on_failing_a_change_is_asked_no_more_often_for_the_steps_repetition()
    {
        var edge = new FailingEdge(static _ => new SourceException("The store refuses a request.", "The outcome of the write is unknown", "Look again."));
        Start(new Script(edge.RunAsync));

        Ask(1);
        await background.UntilAsync(() => Report()?.State == HostTaskState.Failed);
        Assert.Equal(("The store refuses a request. The outcome of the write is unknown", "Look again."), (Report()!.Cause, Report()!.Remedy));
        Assert.Equal(3, edge.Tries);
    }

    [Fact]
    public async Task A_change_of_direction_interrupts_the_attempt_at_work()
    {
        Start(new Script((run, token) => run.Undo ? Task.CompletedTask : Task.Delay(Timeout.Infinite, token)));

        Ask(1);
        await background.UntilAsync(() => calls.Count == 1);
        Ask(2, undo: true);
        await background.UntilAsync(() => Report() is { State: HostTaskState.Done, Attempt: 2, Undo: true });
        Assert.Equal(["forward 1", "back 2"], calls);
    }

    [Fact]
    public async Task A_step_that_hangs_has_failed_after_its_time_and_says_what_it_waited_for()
    {
        Start(new Script((run, token) =>
        {
            run.Acting("Waiting for Godot");
            return Task.Delay(Timeout.Infinite, token);
        }));

        Ask(1);
        await background.UntilAsync(() => Report()?.State == HostTaskState.Failed);

        Assert.Contains("60 s: Waiting for Godot", Report()!.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_step_begun_before_the_clock_was_set_back_by_a_day_has_no_more_than_its_own_time()
    {
        File().Write(new BegunTask(Record(1), background.Time.GetUtcNow().AddDays(1), []));
        Start(new Script(static (_, token) => Task.Delay(Timeout.Infinite, token)));
        Ask(1);
        var start = background.Time.GetTimestamp();

        await background.UntilAsync(() => Report()?.State == HostTaskState.Failed);

        Assert.InRange(background.Time.GetElapsedTime(start), TimeSpan.FromSeconds(50), TimeSpan.FromSeconds(90));
    }

    [Fact]
    public async Task A_clock_that_is_set_while_a_step_is_at_work_gives_it_neither_more_nor_less_time()
    {
        Start(new Script(static (_, token) => Task.Delay(Timeout.Infinite, token)));
        Ask(1);
        await background.UntilAsync(() => calls.Count == 1);
        var start = background.Time.GetTimestamp();
        background.Time.SetTimeOfDay(TimeSpan.FromDays(2));
        await background.UntilAsync(() => background.Time.GetElapsedTime(start) > TimeSpan.FromSeconds(20));
        Assert.NotEqual(HostTaskState.Failed, Report()?.State);
        background.Time.SetTimeOfDay(TimeSpan.FromDays(-3));

        await background.UntilAsync(() => Report()?.State == HostTaskState.Failed);

        Assert.InRange(background.Time.GetElapsedTime(start), TimeSpan.FromSeconds(50), TimeSpan.FromSeconds(90));
    }

    [Fact]
    public async Task An_agent_that_starts_again_goes_on_before_it_hears_of_the_store()
    {
        File().Write(new BegunTask(Record(1), background.Time.GetUtcNow(), ["one"]));
        store.IsAway = true;
        Start(new Script((run, _) =>
        {
            run.Change("one");
            run.Change("two");
            return Task.CompletedTask;
        }));

        await background.UntilAsync(() => calls.Count == 1 && !System.IO.File.Exists(TaskPath));
        store.IsAway = false;
        Ask(1);
        await background.UntilAsync(() => Report()?.State == HostTaskState.Done);

        Assert.Equal(["one", "two"], Report()!.Changes);
        Assert.Single(calls);
    }

    [Fact]
    public async Task A_damaged_file_is_put_aside_and_the_store_tells_the_task_again()
    {
        System.IO.File.WriteAllText(TaskPath, "{ cut");
        Start(new Script(static (_, _) => Task.CompletedTask));

        Ask(1);
        await background.UntilAsync(() => Report()?.State == HostTaskState.Done);

        Assert.True(System.IO.File.Exists(TaskPath + ".damaged"));
    }

    [Fact]
    public async Task An_agent_whose_host_has_retired_ends_and_ends_again_whenever_it_is_started()
    {
        Ask(1, step: Retire);
        var end = StartAsync(new Script(static (_, _) => Task.CompletedTask));
        await background.UntilAsync(() => end.IsCompleted);
        Assert.Equal(HostTaskState.Done, Report(Retire)!.State);

        var again = StartAsync(new Script(static (_, _) => throw new StepException("again", "never")));
        await background.UntilAsync(() => again.IsCompleted);
        Assert.Equal(HostTaskState.Done, Report(Retire)!.State);

        store.Remove(BridgeKeys.HostTask("h1", Retire));
        var afterTheRun = StartAsync(new Script(static (_, _) => throw new StepException("again", "never")));
        await background.UntilAsync(() => afterTheRun.IsCompleted);
        Assert.Single(calls);
    }

    [Fact]
    public async Task An_agent_that_was_killed_before_it_told_of_its_retirement_tells_it_and_ends()
    {
        File().Write(new BegunTask(Record(1, id: Retire), background.Time.GetUtcNow(), ["one"], background.Time.GetUtcNow()));
        Ask(1, step: Retire);

        var end = StartAsync(new Script(static (_, _) => throw new StepException("again", "never")));
        await background.UntilAsync(() => end.IsCompleted);

        Assert.Equal(HostTaskState.Done, Report(Retire)!.State);
        Assert.Equal(["one"], Report(Retire)!.Changes);
        Assert.Empty(calls);
    }

    private string TaskPath => Path.Combine(folder, "task.json");

    private TaskFile File() => new(TaskPath, NullLogger.Instance);

    private static HostTaskRecord Record(int attempt, bool undo = false, string id = Step)
    {
        var step = new PlanStep(id, id == Retire ? StepKind.Retire : StepKind.ConvertHost, "stage", "h1", null, null, TimeSpan.FromMinutes(1));
        return new HostTaskRecord("run", step.Id, attempt, undo, false, new StepContent(step, "plan", "m1", [], null, []).ToText(), 60, DateTimeOffset.UnixEpoch);
    }

    private void Ask(int attempt, bool undo = false, string step = Step) => store.Set(BridgeKeys.HostTask("h1", step), BridgeRecords.Encode(Record(attempt, undo, step)));

    private HostTaskReport? Report(string step = Step) => store[BridgeKeys.HostTaskReport("h1", step)] is { } text
        ? BridgeRecords.Decode<HostTaskReport>("report", System.Text.Encoding.UTF8.GetBytes(text))
        : null;

    private void Start(Script script) => _ = StartAsync(script);

    /// <summary>Ends with the loop.</summary>
    private Task StartAsync(Script script)
    {
        var log = NullLogger.Instance;
        var options = new AgentOptions("h1", System.Net.IPAddress.Loopback, folder, folder, "test");
        var publisher = new KeyPublisher(store, background.Absence, BridgeKeys.OfHost("h1") + "tasks/", static key => key is BridgeKey.HostTaskReport, options.RecheckInterval, background.Time);
        var loop = new TaskLoop(_ => new Counted(script, calls), File(), publisher, store, options, background.Time, log);
        background.Run(publisher.RunAsync);
        background.Run(token => new TaskMirror(store, background.Absence, BridgeKeys.OfHost("h1") + "tasks/").RunAsync(loop.Use, token));
        var end = new TaskCompletionSource();
        background.Run(async token =>
        {
            await loop.RunAsync(token);
            end.SetResult();
        });
        return end.Task;
    }

    private sealed record Script(Func<StepRun, CancellationToken, Task> Work);

    private sealed class Counted(Script script, List<string> calls) : IStep
    {
        public Task RunAsync(StepRun run, CancellationToken token)
        {
            calls.Add($"{(run.Undo ? "back" : "forward")} {calls.Count + 1}");
            return script.Work(run, token);
        }
    }
}
