using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using OverlayBridge.Commands.Network;
using OverlayBridge.Reports.Diffs;
using OverlayBridge.Reports.Histories;
using OverlayBridge.Sources.Consul;
using OverlayBridge.Store.Durations;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands;

/// <summary><c>history [KEY]</c>: who changed what when, as far as the control nodes remember.</summary>
internal sealed class HistoryCommand
{
    private const int DefaultLimit = 1000;
    private const int MaxLimit = 1_000_000;

    private readonly Argument<string?> _key = new("KEY") { Description = "A key and what is below it; without it everything", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _network = new("--network") { Description = "What concerns this network, by name or id, also one that has gone", HelpName = "NETWORK" };
    private readonly Option<string?> _since = new("--since") { Description = "Changes after this index, or not older than this time, as 90m or 24h", HelpName = "INDEX|TIME" };
    private readonly Option<int> _limit = new("--limit") { Description = $"At most so many changes, the newest (default: {DefaultLimit})", HelpName = "N", DefaultValueFactory = static _ => DefaultLimit };
    private readonly BridgeOption _bridge;

    private HistoryCommand(Command command)
    {
        _since.Validators.Add(CheckSince);
        _limit.Validators.Add(static result =>
        {
            if (result.Tokens is [.., var token] && !(int.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= MaxLimit))
                result.AddError($"--limit must be a number from 1 to {MaxLimit}.");
        });
        command.Add(_key);
        foreach (var option in new Option[] { _network, _since, _limit })
            command.Add(option);
        _bridge = BridgeOption.AddTo(command);
    }

    public static Command Create()
    {
        var command = new DocumentedCommand("history", "Show who changed what when in the cluster, the newest first")
        {
            Examples =
            [
                ("overlaybridge history --network web --since 24h", "What happened to a network, its endpoints and its addresses since yesterday."),
                ("overlaybridge history docker/nodes", "Which hosts came and went."),
                ("overlaybridge history --since 1200 -o json", "For a script: every change after index 1200, with values before and after."),
                ("overlaybridge diff bridge://127.0.0.1:8500@1200 bridge://127.0.0.1:8500", "What all changes since index 1200 come to."),
            ],
            ExitCodes = [(ExitCode.Success, "shown, or there is nothing to show"), (ExitCode.Error, "no control node answers, or there is no such network; stderr says why")],
        };
        var history = new HistoryCommand(command);
        command.SetAction(history.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parse, CancellationToken token)
    {
        var (key, network, since) = (parse.GetValue(_key), parse.GetValue(_network), parse.GetValue(_since));
        if (key is not null && network is not null)
            throw new OperatorException("KEY and --network exclude each other.", "Each says which keys are meant.", "Give one of them.");
        using var client = _bridge.ConnectHistory(parse);
        var scope = network is null ? null : await NetworkHistory.ScopeAsync(_bridge, parse, client, network, token).ConfigureAwait(false);
        ImmutableArray<string> keys = scope is not null ? scope.Keys : key is null ? [] : [key];
        var page = await client.ReadAsync(new HistoryRequest(keys, scope?.Ids ?? [], since), parse.GetValue(_limit), token).ConfigureAwait(false);
        var about = network is not null ? $"network {network}" : key ?? "";
        var document = new HistoryDocument(
            HistoryDocument.CurrentFormatVersion, client.Name, about, page.Index, page.ReachesBackTo, page.Next is not null,
            [.. Notes(page, since)], [.. page.Changes.Select(View)]);
        await CommandOutput.Of(parse).WriteReportAsync(new HistoryReport(document), token).ConfigureAwait(false);
        return ExitCode.Success;
    }

    private static IEnumerable<string> Notes(HistoryPage page, string? since)
    {
        if (since is not null && ulong.TryParse(since, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < page.ReachesBackTo)
            yield return $"Changes up to index {page.ReachesBackTo} are forgotten: this is not all since {since}.";
    }

    private static HistoryChangeView View(HistoryChange change)
    {
        var by = new HistoryBy(change.By.Kind, change.By.Name, change.By.TokenId, change.By.Address, change.By.Program);
        return change.Key is { } key
            ? HistoryChangeView.OfKey(
                change.Sequence, change.Index, change.Time, by, key, KeyStateView.Of(change.Before?.Entry(key)), KeyStateView.Of(change.After?.Entry(key)))
            : HistoryChangeView.OfSession(change.Sequence, change.Index, change.Time, by, change.Session ?? "", Session(change.Before), Session(change.After));
    }

    private static SessionView? Session(HistoryState? state) => state is null
        ? null
        : new SessionView(state.Node ?? "", state.Name ?? "", state.Ttl ?? "", state.Behavior ?? "", state.CreateIndex, state.ModifyIndex);

    private static void CheckSince(OptionResult result)
    {
        if (result.Tokens is [.., { Value: var text }] && !ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _) &&
            !(GoDuration.TryParse(text, out TimeSpan age) && age >= TimeSpan.Zero))
            result.AddError($"'{text}' is neither an index nor a time such as 90m or 24h.");
    }
}
