using System.Net;
using static OverlayBridge.DataPlane.Redirect.RedirectNet;

namespace OverlayBridge.DataPlane.Redirect;

/// <summary>On the real kernel, with real connections, by every backend. Needs root, nft and iptables.</summary>
public sealed class HeldOpeningsTests : IAsyncDisposable
{
    private static readonly StoreRules Redirected = StoreRules.Redirect([new(Old, New)]);

    private readonly RedirectNet net = new();
    private readonly string folder = Directory.CreateTempSubdirectory("obtest").FullName;

    public static TheoryData<string> Backends => StoreRedirectTests.Backends;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await net.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private Task<HeldOpenings> ListenAsync() => HeldOpenings.ListenAsync(net.Network, TimeProvider.System, Token);

    /// <summary>
    /// Opens a connection into a hold, which ends after the kernel has repeated the opening in it at least once, and waits until the connection stands.
    /// </summary>
    /// <returns>Whether it came to stand without the kernel's repeating it once more: no opening of it had left the host until then.</returns>
    private async Task<(Client Client, bool IsAtOnce)> ThroughHoldAsync(IStoreRedirect redirect, IPEndPoint store, StoreRules after, bool resends, CancellationToken token, uint mark = 0)
    {
        var stores = new HashSet<IPEndPoint> { store };
        await using var held = await ListenAsync();
        Assert.Null((await redirect.ApplyAsync(StoreRules.Hold(stores), token)).NotNoted);
        var client = await net.OpeningAsync(store, mark);
        while (client.Retransmissions == 0)
            await Task.Delay(5, token);

        var before = client.Retransmissions;
        await redirect.ApplyAsync(after, token);
        await net.Connections.ResetAsync((await net.Connections.ListAsync(stores, token)).Where(static connection => connection.IsOpening), token);
        if (resends)
            await held.ResendAsync(stores, token);
        await client.Connected;
        return (client, client.Retransmissions == before);
    }

    /// <summary>As <see cref="ThroughHoldAsync"/>. Where the machine stood still for so long that the kernel was faster, it is tried again.</summary>
    private async Task<Client> ThroughHoldAtOnceAsync(IStoreRedirect redirect, IPEndPoint store, StoreRules after, CancellationToken token, uint mark = 0)
    {
        for (var attempt = 0; attempt < 5; attempt++)
            if (await ThroughHoldAsync(redirect, store, after, resends: true, token, mark) is (var client, true))
                return client;
        throw new InvalidOperationException("Each of five connections came to stand only after the kernel had repeated its opening.");
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Backends))]
    public async Task A_connection_opened_into_a_hold_stands_right_after_the_redirect_and_is_answered_by_the_gateway(string backend)
    {
        var old = await net.StoreAsync(Old, "old");
        await net.StoreAsync(New, "new");
        var client = await ThroughHoldAtOnceAsync(net.Backend(backend), Old, Redirected, TestContext.Current.CancellationToken);
        Assert.Equal("new who", await client.AskAsync("who"));
        Assert.Equal(0, old.Lines);
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Backends))]
    public async Task A_connection_opened_into_a_hold_stands_right_after_an_abort_and_is_answered_by_the_old_store(string backend)
    {
        await net.StoreAsync(Old, "old");
        var client = await ThroughHoldAtOnceAsync(net.Backend(backend), Old, StoreRules.None, TestContext.Current.CancellationToken);
        Assert.Equal("old who", await client.AskAsync("who"));
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Backends))]
    public async Task Without_being_sent_again_it_waits_until_the_kernel_repeats_its_opening(string backend)
    {
        await net.StoreAsync(New, "new");
        var (client, isAtOnce) = await ThroughHoldAsync(net.Backend(backend), Old, Redirected, resends: false, TestContext.Current.CancellationToken);
        Assert.False(isAtOnce);
        Assert.Equal("new who", await client.AskAsync("who"));
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Backends))]
    public async Task IPv6_is_sent_again_like_IPv4(string backend)
    {
        await net.StoreAsync(New6, "new6");
        var client = await ThroughHoldAtOnceAsync(net.Backend(backend), Old6, StoreRules.Redirect([new(Old6, New6)]), TestContext.Current.CancellationToken);
        Assert.Equal("new6 who", await client.AskAsync("who"));
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Backends))]
    public async Task A_connection_to_a_loopback_source_is_sent_again_and_led_off_the_host(string backend)
    {
        var source = new IPEndPoint(IPAddress.Loopback, 8500);
        await net.StoreAsync(New, "new");
        var client = await ThroughHoldAtOnceAsync(net.Backend(backend), source, StoreRules.Redirect([new(source, New)]), TestContext.Current.CancellationToken);
        Assert.Equal("new who", await client.AskAsync("who"));
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_sent_again_has_the_mark_that_its_program_set()
    {
        await net.StoreAsync(Old, "old");
        net.Host("nft", "add table inet admin; add chain inet admin out { type filter hook output priority 0; }; add rule inet admin out tcp dport 8500 meta mark != 0x77 drop");
        await ThroughHoldAtOnceAsync(net.Backend("nftables"), Old, StoreRules.None, TestContext.Current.CancellationToken, mark: 0x77);
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Backends))]
    public async Task Only_what_is_still_being_opened_is_sent_again_and_nothing_of_a_store_that_stays_held(string backend)
    {
        var token = TestContext.Current.CancellationToken;
        await net.StoreAsync(Old, "old");
        var stays = new IPEndPoint(Other.Address, 8500);
        var redirect = net.Backend(backend);
        await using var held = await ListenAsync();
        await redirect.ApplyAsync(StoreRules.Hold([Old, stays]), token);
        var (given, kept, other) = (await net.OpeningAsync(Old), await net.OpeningAsync(Old), await net.OpeningAsync(stays));
        while (given.Retransmissions == 0 || kept.Retransmissions == 0 || other.Retransmissions == 0)
            await Task.Delay(5, token);
        await given.DisposeAsync();

        // Still held: the list of what is being opened decides, and the packet is refused on its way out.
        var refused = await Assert.ThrowsAsync<RedirectException>(() => held.ResendAsync(new HashSet<IPEndPoint> { stays }, token));
        Assert.StartsWith("1 of 1 ", refused.Message, StringComparison.Ordinal);
        await redirect.ApplyAsync(StoreRules.Hold([stays]), token);
        Assert.InRange(await held.ResendAsync(new HashSet<IPEndPoint> { Old }, token), 0, 1);
        await kept.Connected;
        Assert.False(other.Connected.IsCompleted);
    }

    [Fact]
    public async Task A_second_listener_is_refused_with_where_to_look_and_the_next_one_is_not()
    {
        await using (await ListenAsync())
        {
            var refused = await Assert.ThrowsAsync<RedirectException>(ListenAsync);
            Assert.Contains("nfnetlink_log", refused.Remedy, StringComparison.Ordinal);
        }
        await using var next = await ListenAsync();
        Assert.Equal(0, await next.ResendAsync(new HashSet<IPEndPoint> { Old }, Token));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("nftables")]
    [InlineData("iptables")]
    public async Task A_host_that_cannot_note_openings_is_held_and_redirected_all_the_same_and_says_why(string backend)
    {
        var token = TestContext.Current.CancellationToken;
        await net.StoreAsync(New, "new");
        var redirect = WithoutNotes(backend);
        var held = StoreRules.Hold([Old]);
        await redirect.CheckAsync(Redirected, token);

        var first = await redirect.ApplyAsync(held, token);
        Assert.True(first.Changed);
        Assert.Contains("no such thing", first.NotNoted, StringComparison.Ordinal);
        Assert.False((await redirect.ApplyAsync(held, token)).Changed);
        Assert.Equal(held, await redirect.ReadAsync(token));
        var opening = await net.OpeningAsync(Old);
        Assert.True((await redirect.ApplyAsync(Redirected, token)).Changed);
        await opening.Connected;
        Assert.Equal("new who", await opening.AskAsync("who"));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("nftables")]
    [InlineData("iptables")]
    public async Task A_hold_that_an_earlier_version_made_is_read_as_one_and_completed_by_notes(string backend)
    {
        var token = TestContext.Current.CancellationToken;
        await WithoutNotes(backend).ApplyAsync(StoreRules.Hold([Old]), token);
        var redirect = backend == "iptables" ? net.Backend("iptables-legacy") : net.Backend(backend);
        Assert.Equal(StoreRules.Hold([Old]), await redirect.ReadAsync(token));
        Assert.Equal(new AppliedRules(StoreRules.Hold([Old]), Changed: true), await redirect.ApplyAsync(StoreRules.Hold([Old]), token));
        Assert.Equal(new AppliedRules(StoreRules.Hold([Old]), Changed: false), await redirect.ApplyAsync(StoreRules.Hold([Old]), token));
        Assert.True((await redirect.ApplyAsync(StoreRules.None, token)).Changed);
        Assert.DoesNotContain("overlaybridge", net.Host("iptables-legacy", "-t", "raw", "-S") + net.Host("nft", "list", "ruleset"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("iptables")]
    [InlineData("iptables-legacy")]
    public async Task With_iptables_each_note_stands_before_the_drop_also_after_somebody_took_the_drop_away(string backend)
    {
        var redirect = net.Backend(backend);
        var stores = StoreRules.Hold([Old, Other]);
        await redirect.ApplyAsync(stores, Token);
        AssertOrder();
        net.Host([backend, .. IptablesRuleset.Delete(new StoreRule(RuleKind.HoldOpening, Old))]);
        Assert.True((await redirect.ApplyAsync(stores, Token)).Changed);
        AssertOrder();
        Assert.False((await redirect.ApplyAsync(stores, Token)).Changed);

        void AssertOrder()
        {
            var rules = IptablesRuleset.Parse(net.Host(backend, "-t", "raw", "-S", "OUTPUT")).ToList();
            Assert.Equal(8, rules.Count);
            foreach (var store in new[] { Old, Other })
                Assert.True(rules.IndexOf(new StoreRule(RuleKind.NoteOpening, store)) < rules.IndexOf(new StoreRule(RuleKind.HoldOpening, store)));
        }
    }

    /// <summary>A backend whose program is one of a host without the kernel's log.</summary>
    private IStoreRedirect WithoutNotes(string backend)
    {
        var programs = new FilterPrograms(net.Network, folder);
        if (backend == "iptables")
        {
            foreach (var name in new[] { "iptables", "ip6tables" })
                Script(name + "-poor", $"case \"$*\" in *NFLOG*) echo 'no such thing' >&2; exit 2;; esac\nexec {name}-legacy \"$@\"\n");
            return new IptablesRedirect(programs, new Localnet(net.Network), "-poor");
        }
        Script("nft-poor", "input=$(cat)\ncase \"$input\" in *'log group'*) echo 'no such thing' >&2; exit 1;; esac\nprintf '%s\\n' \"$input\" | nft \"$@\"\n");
        return new NftRedirect(programs, new Localnet(net.Network), "nft-poor");
    }

    private void Script(string name, string text)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, "#!/bin/sh\n" + text);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
