using System.Collections.Immutable;
using CsCheck;
using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Audit;
using OverlayBridge.Overlay.Inventories;
using OverlayBridge.Overlay.Repairs;
using OverlayBridge.SyntheticStores;
using OverlayBridge.SyntheticStores.Faults;

namespace OverlayBridge.Overlay.Tests.Repairs;

/// <summary>Whatever was put into a store, a repair of everything leaves nothing repairable, harms nothing, and frees nothing that runs.</summary>
public class DamagedStoreRepairTests
{
    private static readonly StoreImage Medium = SyntheticStore.Generate(SyntheticShape.Medium, 11);

    public static TheoryData<string> Rules => [.. Damage.Rules];

    /// <summary>Every host speaks: those that run something, those that run nothing, and the lost ones are vouched gone.</summary>
    private static (AuditInput Input, RepairRequest Request) AllKnown(DamagedStore store, StoreImage image)
    {
        var known = HostViews.Addresses(DecodedStore.From(image));
        var registered = DecodedStore.From(image).Nodes.Keys.Select(n => n.Split(':')[0]).ToHashSet();
        var speaking = store.Engines.SelectMany(e => e.Addresses).ToHashSet();
        var idle = known.Where(h => !speaking.Contains(h) && registered.Contains(h)).Order(KeyOrder.Instance)
            .Select(h => new EngineFacts { Uri = $"tcp://{h}:2376", HostName = h, Addresses = [h], Containers = [] });
        return (
            new AuditInput { Image = image, Engines = [.. store.Engines, .. idle] },
            new RepairRequest { HostsGone = [.. known.Where(h => !speaking.Contains(h) && !registered.Contains(h))] });
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_fault_alone_is_repaired_without_a_new_finding_or_left_with_a_reason(string rule) => Check(Damage.Inject(Medium, [rule], 3), rule);

    [Fact]
    public void Any_faults_together_leave_nothing_repairable_and_nothing_worse() =>
        Gen.Select(Gen.Int[0, 50_000], Gen.Int[0, Damage.Rules.Length - 2].Select(at => Damage.Rules.RemoveRange(Damage.Exclusive)[at]).Array[1, 5], Gen.Int[0, 50_000])
            .Sample((seed, rules, where) => Check(
                Damage.Inject(SyntheticStore.Generate(SyntheticShape.Medium, seed), rules.Distinct(), where), string.Join(' ', rules)), iter: 4, threads: 1);

    private static void Check(DamagedStore store, string what)
    {
        var (input, request) = AllKnown(store, store.Image);
        var before = Auditor.Audit(input);
        var plan = RepairPlanner.Plan(input, request);
        var after = Applied.To(store.Image, plan);
        var again = input with { Image = after };

        var repeated = RepairPlanner.Plan(again, request).Steps;
        Assert.True(repeated.IsEmpty, $"{what}: planned again: {string.Join("; ", repeated.Select(s => $"{s.Rule} {s.Subjects[0]}"))}");
        var known = Named(before);
        var worse = Named(Auditor.Audit(again)).Except(known).ToList();
        Assert.True(worse.Count == 0, $"{what}: new: {string.Join("; ", worse)}");
        var named = plan.Steps.SelectMany(s => s.Writes).Select(w => w.Key).ToHashSet();
        Assert.Equal(store.Image.Entries.Where(e => !named.Contains(e.Key)), after.Entries.Where(e => !named.Contains(e.Key)));
        Assert.Empty(Freed(store.Image, after).Intersect(store.Engines.SelectMany(e => e.Containers).Where(c => c.Running).SelectMany(c => c.Endpoints)
            .SelectMany(e => new[] { (e.NetworkId, e.Address), (e.NetworkId, e.AddressV6) }).Where(a => a.Item2 is not null)));
    }

    private static HashSet<(string, string)> Named(AuditResult result) => [.. result.Findings.Where(f => f.Worst < AuditSeverity.Info)
        .SelectMany(f => f.Explains.Where(e => e.Severity < AuditSeverity.Info).Select(e => (e.Rule, e.Subject)).Append((f.Rule, f.Subject)))];

    /// <summary>Addresses whose bit was set and is clear, by each network of the pool.</summary>
    private static IEnumerable<(string, string?)> Freed(StoreImage before, StoreImage after)
    {
        var (old, now) = (DecodedStore.From(before), DecodedStore.From(after));
        foreach (var (id, (_, subnet, bitmap)) in old.Bitmaps)
            if (bitmap.Value?.Sequence is { } was && now.Bitmaps.GetValueOrDefault(id)?.Bitmap.Value?.Sequence is { } bits && was.Length == bits.Length)
                foreach (var (networkId, network) in old.Networks)
                    foreach (var info in (ImmutableArray<Legacy.Records.Networks.IpamInfo>)[.. network.Value?.IpamV4Info ?? [], .. network.Value?.IpamV6Info ?? []])
                        if (info.PoolId.StartsWith(id, StringComparison.Ordinal))
                            foreach (ulong ordinal in was.SetRanges().Take(2_000).SelectMany(r => Enumerable.Range(0, (int)Math.Min(300, r.Last - r.First + 1)).Select(i => r.First + (ulong)i)))
                                if (!bits.IsSet(ordinal))
                                    yield return (networkId, new AddressPool(subnet).AddressOf(ordinal).ToString());
    }
}
