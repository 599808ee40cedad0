using System.Net;
using System.Net.NetworkInformation;
using OverlayBridge.DataPlane.Netlink;

namespace OverlayBridge.DataPlane.Namespaces;

/// <summary>On the real kernel, compared with what iproute2 shows.</summary>
public sealed class NetworkNamespaceTests : IDisposable
{
    private readonly KernelNamespace kernel = new();

    public void Dispose() => kernel.Dispose();

    private static readonly KernelNeighbour Db = new(IPAddress.Parse("10.60.0.3"), PhysicalAddress.Parse("02:42:0a:3c:00:03"));
    private static readonly KernelForwarding DbHost = new(Db.MacAddress, IPAddress.Parse("172.31.0.1"), null);

    [Fact]
    public async Task A_vxlan_device_is_found_with_its_VNI_and_MTU_and_no_other_device_is_taken_for_one()
    {
        kernel.AddVxlan("vxlan1", 4097, 1400);
        using var opened = await NetworkNamespace.OpenAsync(kernel.Path);
        Assert.Equal(
            [("vxlan0", 256u, 1450), ("vxlan1", 4097u, 1400)],
            opened.VxlanLinks().Select(l => (l.Name, l.Vni, l.Mtu)).Order());
    }

    [Fact]
    public async Task What_is_set_is_what_iproute2_shows_and_what_our_own_dump_shows()
    {
        using var opened = await NetworkNamespace.OpenAsync(kernel.Path);
        var link = opened.VxlanLinks().Single();
        var far = new KernelForwarding(PhysicalAddress.Parse("02:42:0a:3c:00:04"), IPAddress.Parse("172.31.0.2"), 4097);

        Assert.Empty(opened.Apply(link, [new EntryChange.SetNeighbour(Db), new EntryChange.SetForwarding(DbHost), new EntryChange.SetForwarding(far)]));

        Assert.Equal(["10.60.0.3 02:42:0a:3c:00:03 PERMANENT"], kernel.Neighbours());
        Assert.Equal(["02:42:0a:3c:00:03 172.31.0.1 permanent", "02:42:0a:3c:00:04 172.31.0.2 vni 4097 permanent"], kernel.Fdb());
        var tables = opened.Tables(link);
        Assert.Equal([Db], tables.Neighbours);
        Assert.Equal([DbHost, far], tables.Forwardings.OrderBy(f => f.MacAddress.ToString()));
    }

    [Fact]
    public async Task A_fingerprint_is_the_same_as_long_as_the_tables_are_and_another_after_each_change()
    {
        using var opened = await NetworkNamespace.OpenAsync(kernel.Path);
        var link = opened.VxlanLinks().Single();
        var seen = new List<UInt128>();
        EntryChange[] changes =
        [
            new EntryChange.SetNeighbour(Db), new EntryChange.SetForwarding(DbHost), new EntryChange.SetForwarding(DbHost with { Vni = 300 }), new EntryChange.SetForwarding(DbHost with { Vtep = IPAddress.Parse("172.31.0.2") }),
            new EntryChange.RemoveNeighbour(Db), new EntryChange.AddNeighbour(Db with { IsMarked = true }), new EntryChange.UnmarkNeighbour(Db),
        ];

        foreach (var change in changes)
        {
            Assert.Empty(opened.Apply(link, [change]));
            var whole = opened.Tables(link).Fingerprint;
            Assert.Equal(whole, opened.Fingerprint(link));
            seen.Add(whole);
        }

        Assert.Equal(seen[3], seen[^1]); // without the mark it is what was removed
        Assert.Equal(changes.Length - 1, seen.Distinct().Count());
    }

    [Fact]
    public async Task Setting_replaces_MAC_address_VTEP_and_VNI_of_what_was_there()
    {
        using var opened = await NetworkNamespace.OpenAsync(kernel.Path);
        var link = opened.VxlanLinks().Single();
        kernel.Ip("neigh", "add", "10.60.0.3", "lladdr", "02:42:00:00:00:99", "dev", "vxlan0", "nud", "stale");
        kernel.Bridge("fdb", "add", "02:42:0a:3c:00:03", "dev", "vxlan0", "dst", "172.31.0.9", "vni", "300", "self", "permanent");

        Assert.Empty(opened.Apply(link, [new EntryChange.SetNeighbour(Db), new EntryChange.SetForwarding(DbHost)]));

        Assert.Equal(["10.60.0.3 02:42:0a:3c:00:03 PERMANENT"], kernel.Neighbours());
        Assert.Equal(["02:42:0a:3c:00:03 172.31.0.1 permanent"], kernel.Fdb());
    }

    [Fact]
    public async Task What_is_added_has_the_mark_and_an_engine_that_sets_its_own_takes_it_away()
    {
        using var opened = await NetworkNamespace.OpenAsync(kernel.Path);
        var link = opened.VxlanLinks().Single();

        Assert.Empty(opened.Apply(link, [new EntryChange.AddNeighbour(Db), new EntryChange.AddForwarding(DbHost)]));

        Assert.Equal([Db with { IsMarked = true }], opened.Tables(link).Neighbours);
        Assert.Equal([DbHost with { IsMarked = true }], opened.Tables(link).Forwardings);
        Assert.Contains("extern_learn", kernel.Ip("neigh", "show", "dev", "vxlan0"), StringComparison.Ordinal);
        Assert.Contains("extern_learn", kernel.Bridge("fdb", "show", "dev", "vxlan0"), StringComparison.Ordinal);
        kernel.Ip("neigh", "replace", "10.60.0.3", "lladdr", "02:42:0a:3c:00:03", "dev", "vxlan0", "nud", "permanent");
        kernel.Bridge("fdb", "replace", "02:42:0a:3c:00:03", "dev", "vxlan0", "dst", "172.31.0.1", "self", "permanent");
        Assert.Equal([Db], opened.Tables(link).Neighbours);
        Assert.Equal([DbHost], opened.Tables(link).Forwardings);
    }

    [Fact]
    public async Task What_is_there_is_not_added_whoever_made_it_and_stays_as_it_is()
    {
        using var opened = await NetworkNamespace.OpenAsync(kernel.Path);
        var link = opened.VxlanLinks().Single();
        kernel.Ip("neigh", "add", "10.60.0.3", "lladdr", "02:42:00:00:00:99", "dev", "vxlan0", "nud", "permanent");
        kernel.Bridge("fdb", "add", "02:42:0a:3c:00:03", "dev", "vxlan0", "dst", "172.31.0.9", "self", "permanent");

        var failures = opened.Apply(link, [new EntryChange.AddNeighbour(Db), new EntryChange.AddForwarding(DbHost)]);

        Assert.Equal(2, failures.Count(static failure => failure.IsTaken));
        Assert.Equal([Db with { MacAddress = PhysicalAddress.Parse("02:42:00:00:00:99") }], opened.Tables(link).Neighbours);
        Assert.Equal([DbHost with { Vtep = IPAddress.Parse("172.31.0.9") }], opened.Tables(link).Forwardings);
    }

    [Fact]
    public async Task Unmarking_takes_the_mark_and_nothing_else_and_makes_nothing_that_is_not_there()
    {
        using var opened = await NetworkNamespace.OpenAsync(kernel.Path);
        var link = opened.VxlanLinks().Single();
        var elsewhere = DbHost with { Vtep = IPAddress.Parse("172.31.0.9") };
        EntryChange[] unmark = [new EntryChange.UnmarkNeighbour(Db), new EntryChange.UnmarkForwarding(DbHost)];
        Assert.Empty(opened.Apply(link, unmark));
        Assert.True(opened.Tables(link) is { Neighbours.IsEmpty: true, Forwardings.IsEmpty: true });

        Assert.Empty(opened.Apply(link, [new EntryChange.AddNeighbour(Db), new EntryChange.AddForwarding(elsewhere), .. unmark]));

        Assert.Equal([Db], opened.Tables(link).Neighbours);
        Assert.Equal([elsewhere], opened.Tables(link).Forwardings);
    }

    [Fact]
    public async Task Setting_takes_the_mark_of_what_was_added()
    {
        using var opened = await NetworkNamespace.OpenAsync(kernel.Path);
        var link = opened.VxlanLinks().Single();
        Assert.Empty(opened.Apply(
            link, [new EntryChange.AddNeighbour(Db), new EntryChange.AddForwarding(DbHost), new EntryChange.SetNeighbour(Db), new EntryChange.SetForwarding(DbHost)]));
        Assert.Equal([Db], opened.Tables(link).Neighbours);
        Assert.Equal([DbHost], opened.Tables(link).Forwardings);
    }

    [Fact]
    public async Task Removing_takes_the_entry_and_leaves_every_other()
    {
        using var opened = await NetworkNamespace.OpenAsync(kernel.Path);
        var link = opened.VxlanLinks().Single();
        kernel.Ip("neigh", "add", "10.60.0.9", "lladdr", "02:42:0a:3c:00:09", "dev", "vxlan0", "nud", "permanent");
        kernel.Bridge("fdb", "add", "02:42:0a:3c:00:09", "dev", "vxlan0", "dst", "172.31.0.9", "self", "permanent");
        opened.Apply(link, [new EntryChange.SetNeighbour(Db), new EntryChange.SetForwarding(DbHost)]);

        Assert.Empty(opened.Apply(link, [new EntryChange.RemoveNeighbour(Db), new EntryChange.RemoveForwarding(DbHost)]));

        Assert.Equal(["10.60.0.9 02:42:0a:3c:00:09 PERMANENT"], kernel.Neighbours());
        Assert.Equal(["02:42:0a:3c:00:09 172.31.0.9 permanent"], kernel.Fdb());
    }

    [Fact]
    public async Task Removing_what_is_not_there_is_no_failure()
    {
        using var opened = await NetworkNamespace.OpenAsync(kernel.Path);
        Assert.Empty(opened.Apply(opened.VxlanLinks().Single(), [new EntryChange.RemoveNeighbour(Db), new EntryChange.RemoveForwarding(DbHost)]));
    }

    [Fact]
    public async Task An_FDB_entry_that_leads_elsewhere_by_now_is_not_removed()
    {
        using var opened = await NetworkNamespace.OpenAsync(kernel.Path);
        kernel.Bridge("fdb", "add", "02:42:0a:3c:00:03", "dev", "vxlan0", "dst", "172.31.0.9", "self", "permanent");
        Assert.Empty(opened.Apply(opened.VxlanLinks().Single(), [new EntryChange.RemoveForwarding(DbHost)]));
        Assert.Equal(["02:42:0a:3c:00:03 172.31.0.9 permanent"], kernel.Fdb());
    }

    [Fact]
    public async Task An_entry_that_the_kernel_refuses_is_named_with_errno_and_hinders_no_other()
    {
        using var opened = await NetworkNamespace.OpenAsync(kernel.Path);
        var link = opened.VxlanLinks().Single();
        var bad = new EntryChange.SetForwarding(new KernelForwarding(Db.MacAddress, IPAddress.Parse("fd00::1"), null));

        var failure = Assert.Single(opened.Apply(link, [bad, new EntryChange.SetNeighbour(Db)]));

        Assert.Same(bad, failure.Change);
        Assert.NotEqual(0, failure.Errno);
        Assert.Contains($"errno {failure.Errno}", failure.Reason);
        Assert.Single(kernel.Neighbours());
    }

    [Fact]
    public async Task Ten_thousand_entries_go_in_and_come_back_in_the_dump()
    {
        using var opened = await NetworkNamespace.OpenAsync(kernel.Path);
        var link = opened.VxlanLinks().Single();
        kernel.Ip("link", "set", "vxlan0", "up");
        var changes = new List<EntryChange>();
        for (var i = 0; i < 5000; i++)
        {
            var mac = new PhysicalAddress([2, 66, 10, 60, (byte)(i >> 8), (byte)i]);
            changes.Add(new EntryChange.SetNeighbour(new KernelNeighbour(new IPAddress([10, 60, (byte)(i >> 8), (byte)i]), mac)));
            changes.Add(new EntryChange.SetForwarding(new KernelForwarding(mac, IPAddress.Parse("172.31.0.1"), null)));
        }

        var failures = opened.Apply(link, changes);

        Assert.All(failures, f => Assert.Equal("", f.Reason));
        var tables = opened.Tables(link);
        Assert.Equal(changes.OfType<EntryChange.SetNeighbour>().Select(c => c.Entry).ToHashSet(), tables.Neighbours.ToHashSet());
        Assert.Equal(changes.OfType<EntryChange.SetForwarding>().Select(c => c.Entry).ToHashSet(), tables.Forwardings.ToHashSet());
    }

    [Fact]
    public async Task A_namespace_that_is_gone_is_named_in_the_error()
    {
        var error = await Assert.ThrowsAsync<NetlinkException>(() => NetworkNamespace.OpenAsync("/run/netns/obtest-none"));
        Assert.Equal(2, error.Errno);
        Assert.Contains("/run/netns/obtest-none", error.Message);
    }

    [Fact]
    public async Task A_file_that_is_no_namespace_is_named_in_the_error()
    {
        var file = Path.GetTempFileName();
        try
        {
            var error = await Assert.ThrowsAsync<NetlinkException>(() => NetworkNamespace.OpenAsync(file));
            Assert.Equal(22, error.Errno);
            Assert.Contains(file, error.Message);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task Entering_a_namespace_leaves_no_thread_behind_in_it()
    {
        var own = File.ResolveLinkTarget("/proc/self/ns/net", false)!.Name;
        for (var i = 0; i < 20; i++)
            (await NetworkNamespace.OpenAsync(kernel.Path)).Dispose();
        // The thread that entered ends a moment after it has answered; other tests enter namespaces at the same time.
        while (Directory.GetDirectories("/proc/self/task").Any(task => NamespaceOf(task) is { } name && name != own))
            await Task.Delay(5, TestContext.Current.CancellationToken);
    }

    private static string? NamespaceOf(string task)
    {
        try
        {
            return File.ResolveLinkTarget(task + "/ns/net", false)?.Name;
        }
        catch (IOException)
        {
            return null; // the thread has ended
        }
    }
}
