using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using static OverlayBridge.DataPlane.Redirect.RedirectNet;

namespace OverlayBridge.DataPlane.Redirect;

/// <summary>On the real kernel, with real connections, by every backend. Needs root, nft and iptables.</summary>
public sealed partial class StoreRedirectTests : IAsyncDisposable
{
    private static readonly string[] Worlds = ["iptables-legacy", "iptables-nft"];
    private static readonly StoreRules Held = StoreRules.Hold([Old]);
    private static readonly StoreRules Redirected = StoreRules.Redirect([new(Old, New)]);

    private readonly RedirectNet net = new();

    public static TheoryData<string> Backends { get; } = ["nftables", "iptables", "iptables-legacy"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => net.DisposeAsync();

    private IStoreRedirect Backend(string name) => net.Backend(name);

    private async Task<StoreConnection[]> ConnectionsAsync(params IPEndPoint[] stores) =>
        [.. await net.Connections.ListAsync(stores.ToHashSet(), Token)];

    /// <summary>Waits until the host's connections to the old store are as told.</summary>
    private async Task<StoreConnection[]> UntilAsync(Func<StoreConnection[], bool> condition)
    {
        while (true)
        {
            if (await ConnectionsAsync(Old) is var now && condition(now))
                return now;
            await Task.Delay(5, Token);
        }
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Backends))]
    public async Task A_hold_drops_requests_and_new_connections_without_a_reset_and_they_go_through_once_it_is_lifted(string backend)
    {
        var token = TestContext.Current.CancellationToken;
        var old = await net.StoreAsync(Old, "old");
        var redirect = Backend(backend);
        var standing = await net.ConnectAsync(Old);
        Assert.Equal("old first", await standing.AskAsync("first"));

        Assert.Equal(new AppliedRules(Held, Changed: true), await redirect.ApplyAsync(Held, token));
        await standing.SendAsync("second");
        var opening = await net.OpeningAsync(Old);
        // Both have been sent and repeated by the kernel: no answer came, and no reset.
        await UntilAsync(now => now.Any(c => c.Unsent > 0 && c.SinceReceived > TimeSpan.FromMilliseconds(500)) && now.Any(c => c.IsOpening));
        Assert.Equal(1, old.Lines);
        Assert.False(opening.Connected.IsCompleted);

        await redirect.ApplyAsync(StoreRules.None, token);
        Assert.Equal("old second", await standing.AnswerAsync());
        await opening.Connected;
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Backends))]
    public async Task Before_a_hold_standing_connections_work_on_idle_ones_are_swept_away_and_new_ones_wait(string backend)
    {
        var token = TestContext.Current.CancellationToken;
        var old = await net.StoreAsync(Old, "old");
        var redirect = Backend(backend);
        var (standing, idle) = (await net.ConnectAsync(Old), await net.ConnectAsync(Old));
        Assert.Equal("old first", await idle.AskAsync("first"));

        var closed = StoreRules.Close([Old]);
        Assert.Equal(new AppliedRules(closed, Changed: true), await redirect.ApplyAsync(closed, token));
        Assert.Equal(closed, await redirect.ReadAsync(token));
        Assert.Equal("old second", await standing.AskAsync("second"));
        var opening = await net.OpeningAsync(Old);
        await UntilAsync(static now => now.Any(static c => c.IsOpening));
        var left = await net.Connections.SweepAsync(new HashSet<IPEndPoint> { Old }, c => c.Local.Equals(idle.Local), token);
        Assert.Equal(2, left.Length);
        Assert.Equal([standing.Local], left.Where(static c => !c.IsOpening).Select(static c => c.Local));
        Assert.Equal(2, old.Lines);

        Assert.True((await redirect.ApplyAsync(Held, token)).Changed);
        Assert.False(opening.Connected.IsCompleted);
        await redirect.ApplyAsync(StoreRules.None, token);
        await opening.Connected;
    }

    [Fact]
    public async Task A_connection_tells_whether_its_first_request_is_still_unanswered()
    {
        await net.StoreAsync(Old, "old");
        var client = await net.ConnectAsync(Old);
        Assert.False(Assert.Single(await ConnectionsAsync(Old)).AwaitsFirstAnswer);
        await client.SendPartAsync("first");
        await UntilAsync(static now => now.Single().AwaitsFirstAnswer);
        await client.AskAsync("");
        await UntilAsync(static now => !now.Single().AwaitsFirstAnswer);
        await client.SendPartAsync("second");
        Assert.False(Assert.Single(await ConnectionsAsync(Old)).AwaitsFirstAnswer);
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Backends))]
    public async Task An_answer_on_its_way_when_the_hold_comes_arrives_whole(string backend)
    {
        var token = TestContext.Current.CancellationToken;
        const int Length = 16 << 20;
        await net.StoreAsync(Old, "old");
        var client = await net.ConnectAsync(Old);
        Assert.StartsWith("old list", await client.AskAsync($"list {Length}"));

        await Backend(backend).ApplyAsync(Held, token);
        Assert.Equal(Length, await client.ReceiveAsync(Length));
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Backends))]
    public async Task A_redirect_leads_new_connections_to_the_gateway_and_lets_no_old_one_reach_the_source_even_before_the_reset(string backend)
    {
        var token = TestContext.Current.CancellationToken;
        var old = await net.StoreAsync(Old, "old");
        await net.StoreAsync(New, "new");
        var redirect = Backend(backend);
        net.Track();
        var standing = await net.ConnectAsync(Old);
        await standing.AskAsync("first");

        await redirect.ApplyAsync(Redirected, token);
        await standing.SendAsync("second");
        var connection = Assert.Single(await UntilAsync(now => now.Any(c => c.Unsent > 0 && c.SinceReceived > TimeSpan.FromMilliseconds(300))));
        Assert.Equal(1, old.Lines);
        Assert.Equal("new who", await net.WhoAsync(Old));

        Assert.Equal(1, await net.Connections.ResetAsync([connection], token));
        await Assert.ThrowsAsync<SocketException>(standing.AnswerAsync);
        Assert.Equal("new who", await net.WhoAsync(Old));
        Assert.Equal(1, old.Lines);
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Backends))]
    public async Task Where_connections_were_not_tracked_before_a_redirect_an_old_one_ends_and_does_not_reach_the_source(string backend)
    {
        var token = TestContext.Current.CancellationToken;
        var old = await net.StoreAsync(Old, "old");
        await net.StoreAsync(New, "new");
        var standing = await net.ConnectAsync(Old);
        await standing.AskAsync("first");

        await Backend(backend).ApplyAsync(Redirected, token);
        await standing.SendAsync("second");
        await net.Connections.ResetAsync(await ConnectionsAsync(Old), token);
        await Assert.ThrowsAsync<SocketException>(standing.AnswerAsync);
        Assert.Equal(1, old.Lines);
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Backends))]
    public async Task A_connection_opened_into_the_hold_ends_at_the_gateway_without_an_error(string backend)
    {
        var token = TestContext.Current.CancellationToken;
        var old = await net.StoreAsync(Old, "old");
        await net.StoreAsync(New, "new");
        var redirect = Backend(backend);
        await redirect.ApplyAsync(Held, token);
        var opening = await net.OpeningAsync(Old);
        await UntilAsync(now => now.Any(c => c.IsOpening));

        await redirect.ApplyAsync(Redirected, token);
        await net.Connections.ResetAsync(await ConnectionsAsync(Old), token);
        await opening.Connected;
        Assert.Equal("new who", await opening.AskAsync("who"));
        Assert.Equal(0, old.Lines);
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Backends))]
    public async Task A_connection_that_came_to_stand_after_it_was_listed_ends_and_does_not_wait_for_ever(string backend)
    {
        var token = TestContext.Current.CancellationToken;
        await net.StoreAsync(New, "new");
        var redirect = Backend(backend);
        await redirect.ApplyAsync(Held, token);
        var opening = await net.OpeningAsync(Old);
        var listed = await UntilAsync(now => now.Any(c => c.IsOpening));
        await redirect.ApplyAsync(Redirected, token);
        await opening.Connected;
        await opening.SendAsync("later 500");

        await net.Connections.ResetAsync(listed, token);
        await Assert.ThrowsAsync<SocketException>(opening.AnswerAsync);
        Assert.Equal("new who", await net.WhoAsync(Old));
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Backends))]
    public async Task When_the_gateway_is_exchanged_a_connection_that_is_being_opened_to_the_dead_one_ends_at_the_next(string backend)
    {
        var token = TestContext.Current.CancellationToken;
        await net.StoreAsync(New, "new");
        var redirect = Backend(backend);
        await redirect.ApplyAsync(StoreRules.Redirect([new(Old, Dead)]), token);
        var opening = await net.OpeningAsync(Old);
        await UntilAsync(now => now.Any(c => c.IsOpening));

        Assert.Equal(Redirected, (await redirect.ApplyAsync(Redirected, token)).Rules);
        await net.Connections.ResetAsync(await ConnectionsAsync(Old), token);
        await opening.Connected;
        Assert.Equal("new who", await opening.AskAsync("who"));
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Backends))]
    public async Task IPv6_and_several_sources_are_held_and_redirected_like_one(string backend)
    {
        var token = TestContext.Current.CancellationToken;
        var second = new IPEndPoint(Other.Address, 8500);
        await net.StoreAsync(Old6, "old6");
        await net.StoreAsync(New6, "new6");
        await net.StoreAsync(New, "new");
        var redirect = Backend(backend);
        await redirect.ApplyAsync(StoreRules.Hold([Old, second, Old6]), token);
        var opening = await net.OpeningAsync(Old6);
        while (!(await ConnectionsAsync(Old6)).Any(c => c.IsOpening))
            await Task.Delay(5, token);

        await redirect.ApplyAsync(StoreRules.Redirect([new(Old, New), new(second, New), new(Old6, New6)]), token);
        await opening.Connected;
        Assert.Equal(
            ["new6 who", "new6 who", "new who", "new who"],
            [await opening.AskAsync("who"), await net.WhoAsync(Old6), await net.WhoAsync(Old), await net.WhoAsync(second)]);
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Backends))]
    public async Task A_loopback_source_is_redirected_off_the_host_and_the_setting_it_needs_is_set_back(string backend)
    {
        var token = TestContext.Current.CancellationToken;
        var source = new IPEndPoint(IPAddress.Loopback, 8500);
        await net.StoreAsync(New, "new");
        await net.StoreOnHostAsync(source, "local agent");
        var redirect = Backend(backend);
        Assert.Equal("local agent who", await net.WhoAsync(source));

        var (there, _) = await redirect.ApplyAsync(StoreRules.Redirect([new(source, New)]), token);
        Assert.Equal(["eth0"], there.LocalnetDevices);
        Assert.Equal(there, await redirect.ReadAsync(token));
        Assert.Equal("new who", await net.WhoAsync(source));
        Assert.Equal("1", Localnet());
        // The rules are lost, what is remembered is not.
        net.Host("nft", "flush", "ruleset");
        net.Host("iptables-legacy", "-t", "raw", "-F");
        await redirect.ApplyAsync(StoreRules.None with { LocalnetDevices = there.LocalnetDevices }, token);
        Assert.Equal("0", Localnet());

        string Localnet() => net.Host("cat", "/proc/sys/net/ipv4/conf/eth0/route_localnet").Trim();
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Backends))]
    public async Task Own_connections_are_neither_held_nor_redirected_nor_listed(string backend)
    {
        var token = TestContext.Current.CancellationToken;
        await net.StoreAsync(Old, "old");
        await net.StoreAsync(New, "new");
        var redirect = Backend(backend);
        var own = await net.ConnectAsync(Old, StoreRules.ExemptMark);
        await redirect.ApplyAsync(Held, token);
        Assert.Equal("old first", await own.AskAsync("first"));
        await redirect.ApplyAsync(Redirected, token);
        Assert.Equal("old second", await own.AskAsync("second"));
        Assert.Equal("old who", await net.WhoAsync(Old, StoreRules.ExemptMark));
        Assert.Empty(await ConnectionsAsync(Old));
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Backends))]
    public async Task Removal_leaves_every_rule_of_others_as_it_was_and_none_of_ours(string backend)
    {
        var token = TestContext.Current.CancellationToken;
        AddForeignRules(Worlds);
        var redirect = Backend(backend);
        await redirect.ApplyAsync(StoreRules.None, token);
        var before = AllRules();

        await redirect.ApplyAsync(Held, token);
        await redirect.ApplyAsync(StoreRules.Redirect([new(Old, New), new(new IPEndPoint(IPAddress.Loopback, 8500), New), new(Old6, New6)]), token);
        Assert.Contains("overlaybridge", AllRules());
        await redirect.ApplyAsync(StoreRules.None, token);

        Assert.Equal(before, AllRules());
        Assert.True((await redirect.ReadAsync(token)).IsNone);
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Backends))]
    public async Task Applying_again_changes_nothing_and_completes_what_others_took_away(string backend)
    {
        var token = TestContext.Current.CancellationToken;
        await net.StoreAsync(New, "new");
        var redirect = Backend(backend);
        await redirect.ApplyAsync(Redirected, token);
        var first = AllRules();
        Assert.False((await redirect.ApplyAsync(Redirected, token)).Changed);
        Assert.Equal(first, AllRules());

        if (backend == "nftables")
            net.Host("nft", "flush", "chain", "ip", "overlaybridge", "divert");
        else
            net.Host(backend, "-t", "nat", "-F", "OUTPUT");
        Assert.NotEqual(Redirected, await redirect.ReadAsync(token));
        Assert.True((await redirect.ApplyAsync(Redirected, token)).Changed);
        Assert.Equal(Redirected, await redirect.ReadAsync(token));
        Assert.Equal("new who", await net.WhoAsync(Old));
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Backends))]
    public async Task A_redirect_wins_over_rules_of_others_that_rewrite_the_same_address_and_accept_everything(string backend)
    {
        var token = TestContext.Current.CancellationToken;
        await net.StoreAsync(New, "new");
        await net.StoreAsync(Other, "other");
        AddForeignRules(backend == "nftables" ? Worlds : [backend]);
        Assert.Equal("other who", await net.WhoAsync(Old));
        await Backend(backend).ApplyAsync(Redirected, token);
        Assert.Equal("new who", await net.WhoAsync(Old));
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Backends))]
    public async Task A_hold_holds_though_rules_of_others_rewrite_the_address(string backend)
    {
        var token = TestContext.Current.CancellationToken;
        var other = await net.StoreAsync(Other, "other");
        AddForeignRules(Worlds);
        var client = await net.ConnectAsync(Old);
        await client.AskAsync("first");
        await Backend(backend).ApplyAsync(Held, token);
        await client.SendAsync("second");
        await UntilAsync(now => now.Any(c => c.Unsent > 0 && c.SinceReceived > TimeSpan.FromMilliseconds(300)));
        Assert.Equal(1, other.Lines);
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Backends))]
    public async Task What_can_be_put_in_force_passes_the_check_and_the_check_leaves_no_rule(string backend)
    {
        var token = TestContext.Current.CancellationToken;
        await Backend(backend).CheckAsync(StoreRules.Redirect([new(Old, New), new(Old6, New6)]), token);
        Assert.DoesNotContain("overlaybridge", AllRules());
        await net.Connections.CheckAsync(token);
    }

    [Fact]
    public async Task A_host_that_has_both_is_served_by_nftables_and_rules_that_stand_by_what_made_them()
    {
        var token = TestContext.Current.CancellationToken;
        Assert.Equal("nftables", (await StoreRedirects.ChooseAsync(net.Network, null, token)).Backend);
        Assert.Equal("iptables", (await StoreRedirects.ChooseAsync(net.Network, "iptables", token)).Backend);
        await Assert.ThrowsAsync<RedirectException>(() => StoreRedirects.ChooseAsync(net.Network, "ebtables", token));
    }

    /// <summary>As Docker and administrators make them: a DNAT of the very same address included.</summary>
    private void AddForeignRules(string[] worlds)
    {
        foreach (var iptables in worlds)
        {
            net.Host(iptables, "-t", "nat", "-N", "DOCKER");
            net.Host(iptables, "-t", "nat", "-A", "OUTPUT", "!", "-d", "127.0.0.0/8", "-m", "addrtype", "--dst-type", "LOCAL", "-j", "DOCKER");
            net.Host(iptables, "-t", "nat", "-A", "OUTPUT", "-p", "tcp", "-d", $"{Old.Address}", "--dport", $"{Old.Port}", "-j", "DNAT", "--to-destination", $"{Other}");
            net.Host(iptables, "-A", "OUTPUT", "-j", "ACCEPT");
        }
        net.Host("nft", "add table inet admin; add chain inet admin out { type filter hook output priority 0; }; add rule inet admin out accept");
    }

    /// <summary>All rules of the host, without counters and without the empty chains that iptables makes when it is asked.</summary>
    private string AllRules()
    {
        string[] saves = ["iptables-legacy-save", "ip6tables-legacy-save", "iptables-nft-save", "ip6tables-nft-save"];
        var legacy = string.Join('\n', saves.SelectMany(save => net.Host(save).Split('\n')).Where(static line => line.StartsWith('-')));
        var nft = Regex.Replace(net.Host("nft", "-s", "list", "ruleset"), @"counter packets \d+ bytes \d+", "counter");
        return legacy + "\n" + EmptyTable().Replace(EmptyChain().Replace(nft, "").Replace("\n\n", "\n", StringComparison.Ordinal), "");
    }

    [GeneratedRegex(@"\tchain \w+ \{\n\t\ttype [^\n]*\n\t\}\n")]
    private static partial Regex EmptyChain();

    [GeneratedRegex(@"table ip6? \w+ \{\n*\}\n")]
    private static partial Regex EmptyTable();
}
