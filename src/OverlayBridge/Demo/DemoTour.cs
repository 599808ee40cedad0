using System.Globalization;
using OverlayBridge.Commands;
using OverlayBridge.Terminal;

namespace OverlayBridge.Demo;

/// <summary>
/// The steps of the demo. Each one runs the very command line that it shows, in this process, and has to end with the exit code that it promises.
/// </summary>
/// <param name="folder">Where the recorded store and the control node's data go.</param>
/// <param name="page">The HTML report to write.</param>
internal sealed class DemoTour(CommandOutput output, Surroundings surroundings, string folder, string page)
{
    private const string RecordedStore = "recorded-store.json";

    private readonly string _store = Path.Combine(folder, RecordedStore);
    private int _step;

    /// <exception cref="OperatorException">A step did not do what it says.</exception>
    public async Task RunAsync(CancellationToken token)
    {
        var started = surroundings.Time.GetTimestamp();
        await WriteStoreAsync(token).ConfigureAwait(false);
        Say($"A recorded Consul store of ten legacy overlay networks on two hosts lies in {_store}.");
        await StepAsync("What is in the old store?", ["inspect", _store], ExitCode.Success, token).ConfigureAwait(false);
        await StepAsync("Is anything broken in it? Exit code 0 says: nothing worth a warning.", ["audit", _store], ExitCode.Success, token).ConfigureAwait(false);

        var node = DemoNode.Start(Path.Combine(folder, "node"), Inner());
        await using (node.ConfigureAwait(false))
        {
            Announce("A control node of its own: a replicated store that speaks Consul's HTTP API.", node.Arguments);
            await node.WaitUntilReadyAsync(surroundings.Time, token).ConfigureAwait(false);
            Say("It is ready.");
            await MoveAsync(node.State, token).ConfigureAwait(false);
        }

        var elapsed = surroundings.Time.GetElapsedTime(started);
        Say(string.Create(
            CultureInfo.InvariantCulture,
            $"\nDone in {elapsed.TotalSeconds:0.0} s. Open {page} in a browser. With your own store: overlaybridge inspect consul://HOST:8500"));
    }

    private async Task MoveAsync(string node, CancellationToken token)
    {
        await StepAsync(
            "What would an import change? Exit code 2 says: something.",
            ["import", _store, "--to", node, "--dry-run"], ExitCode.Differences, token).ConfigureAwait(false);
        await StepAsync("The import itself.", ["import", _store, "--to", node], ExitCode.Success, token).ConfigureAwait(false);
        await StepAsync(
            "Is it complete? Exit code 0 says: nothing differs.", ["diff", _store, node], ExitCode.Success, token).ConfigureAwait(false);
        await StepAsync(
            "The whole picture on one page.", ["report", node, "--out", page], ExitCode.Success, token).ConfigureAwait(false);
    }

    private async Task StepAsync(string title, string[] arguments, int promised, CancellationToken token)
    {
        Announce(title, arguments);
        var code = await CommandLineApplication.InvokeAsync(arguments, Inner(), token).ConfigureAwait(false);
        if (code != promised)
            throw new OperatorException(
                $"Step {_step} of the demo failed: {title}",
                string.Create(CultureInfo.InvariantCulture, $"Its command ended with exit code {code}, not {promised}."),
                "Run it again with --keep and look at the folder that it names; then please report it.");
    }

    private void Announce(string title, IEnumerable<string> arguments)
    {
        _step++;
        Say(string.Create(CultureInfo.InvariantCulture, $"\n── {_step}. {title}\n$ overlaybridge {string.Join(' ', arguments)}\n"));
    }

    private void Say(string text) => surroundings.Output.WriteLine(text);

    private async Task WriteStoreAsync(CancellationToken token)
    {
        var resource = typeof(DemoTour).Assembly.GetManifestResourceStream(RecordedStore)
            ?? throw new InvalidOperationException($"The assembly lacks its resource {RecordedStore}.");
        await using (resource.ConfigureAwait(false))
        {
            var file = File.Create(_store);
            await using (file.ConfigureAwait(false))
                await resource.CopyToAsync(file, token).ConfigureAwait(false);
        }
    }

    // What the reader's environment sets for options would change what the shown commands do.
    private Surroundings Inner()
    {
        var variables = surroundings.Variables
            .Where(variable => !variable.Key.StartsWith(OptionDefaults.VariablePrefix, StringComparison.Ordinal)).ToDictionary();
        if (!output.ColourAllowed)
            variables["NO_COLOR"] = "1";
        return new Surroundings
        {
            Output = surroundings.Output,
            Error = surroundings.Error,
            OutputIsTerminal = surroundings.OutputIsTerminal,
            Width = surroundings.Width,
            Time = surroundings.Time,
            Variables = variables,
        };
    }
}
