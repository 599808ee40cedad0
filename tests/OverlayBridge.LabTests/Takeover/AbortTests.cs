using OverlayBridge.Lab.Engines;
using OverlayBridge.Lab.Processes;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.LabTests.Takeover;

/// <summary>A takeover of running engines that is given up, at each step before the store changes hands.</summary>
public sealed class AbortTests(LabFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = LabTimeout.OwnLab)]
    public async Task A_takeover_that_is_given_up_leaves_Consul_and_engines_as_they_were_at_each_step()
    {
        await using var lab = await TakeoverLab.UpAsync(fixture, "abort");
        var (slow, logs) = (lab.Lab.LegacyHosts[1], lab.Lab.LegacyHosts.Select(Evidence.LogLength).ToArray());

        await AsBeforeAsync(lab, async () =>
        {
            await lab.PrepareAsync();
            await AbortAsync(lab);
        });
        await AsBeforeAsync(lab, async () =>
        {
            var commit = await HoldAsync(lab, slow);
            await AbortAsync(lab, slow);
            Assert.Contains("Given up by an operator", Text(await commit), StringComparison.Ordinal);
        });
        await AsBeforeAsync(lab, async () =>
        {
            var commit = await HoldAsync(lab, slow);
            lab.Lab.Consul!.Pause();
            lab.Agent(slow).Resume();
            await lab.HostAsync(slow, TakeoverHostState.Holding);
            await AbortAsync(lab);
            lab.Lab.Consul.Resume();
            Assert.NotEqual(0, (await commit).ExitCode);
        });
        await AsBeforeAsync(lab, async () =>
        {
            var commit = await HoldAsync(lab, slow, "--hold", "3");
            var record = await lab.RecordAsync(static record => record.Phase == TakeoverPhase.Aborted, "a hold that is given up by itself");
            Assert.Contains(slow.Name, record.Note, StringComparison.Ordinal);
            await lab.HostAsync(lab.Lab.LegacyHosts[0], TakeoverHostState.Released);
            lab.Agent(slow).Resume();
            await lab.HostsAsync(TakeoverHostState.Released);
            Assert.NotEqual(0, (await commit).ExitCode);
        });

        Assert.Empty(lab.Lab.LegacyHosts.SelectMany((host, at) => Evidence.StoreErrors(host, logs[at])));
    }

    /// <summary>A commit that is held up: the agent of one host stands still, while the other holds.</summary>
    /// <returns>The command, which goes on.</returns>
    private static async Task<Task<ExecResult>> HoldAsync(TakeoverLab lab, LabHost slow, params IReadOnlyList<string> options)
    {
        await lab.PrepareAsync(options);
        lab.Agent(slow).Pause();
        var commit = lab.TakeoverAsync("commit");
        await lab.HostAsync(lab.Lab.LegacyHosts[0], TakeoverHostState.Holding);
        return commit;
    }

    /// <param name="standing">A host whose agent stands still until the takeover is given up.</param>
    private static async Task AbortAsync(TakeoverLab lab, LabHost? standing = null)
    {
        var abort = lab.TakeoverAsync("abort");
        await lab.RecordAsync(static record => record.Phase == TakeoverPhase.Aborted, "the abort");
        if (standing is not null)
            lab.Agent(standing).Resume();
        Assert.True((await abort).ExitCode == 0, Text(await abort));
    }

    /// <summary>Consul's keys with all their indexes, the rules of every host and the engines are the same after it, and the engines work.</summary>
    private async Task AsBeforeAsync(TakeoverLab lab, Func<Task> act)
    {
        var before = await LookInQuietAsync(lab);
        await act();
        var after = await LookAsync(lab);
        Assert.Equal(before.Keys, after.Keys);
        Assert.Equal(before.Rules, after.Rules);
        Assert.Equal(before.Engines, after.Engines);
        await Evidence.NewNamesResolveAsync(fixture, lab.Lab.LegacyHosts, lab.Network, lab.Anchors);
    }

    /// <summary>Once nobody has written for a second: engines end what they began a moment after the command that asked for it.</summary>
    private static async Task<(IEnumerable<KeyValueEntry> Keys, string[] Rules, string[] Engines)> LookInQuietAsync(TakeoverLab lab)
    {
        var last = await LookAsync(lab);
        await Wait.UntilSuccessAsync(
            async () =>
            {
                await Task.Delay(TimeSpan.FromSeconds(1), Cancel);
                var before = last;
                last = await LookAsync(lab);
                var written = last.Keys.Except(before.Keys).Concat(before.Keys.Except(last.Keys)).Select(static entry => entry.ToString());
                return new ExecResult("", last.Keys.SequenceEqual(before.Keys) ? 0 : 1, "", string.Join(", ", written));
            },
            TimeSpan.FromSeconds(120), "a Consul that nobody writes to", Cancel);
        return last;
    }

    private static async Task<(IEnumerable<KeyValueEntry> Keys, string[] Rules, string[] Engines)> LookAsync(TakeoverLab lab) => (
        (await lab.Source.ConfirmAsync(Cancel)).Image.Entries,
        await Task.WhenAll(lab.Lab.LegacyHosts.Select(Evidence.RulesAsync)),
        await Task.WhenAll(lab.Lab.LegacyHosts.Select(Evidence.EngineAsync)));

    private static string Text(ExecResult result) => $"{result.Output}\n{result.Error}";
}
