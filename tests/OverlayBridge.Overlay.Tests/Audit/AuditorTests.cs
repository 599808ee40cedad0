using CsCheck;
using OverlayBridge.Legacy.Bitmaps;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Audit;
using OverlayBridge.Overlay.Audit.Rules;

namespace OverlayBridge.Overlay.Tests.Audit;

public class AuditorTests
{
    private const string Subnet = "10.60.0.0/24";

    [Fact]
    public void Every_rule_of_the_catalogue_has_its_class_and_its_name_in_order()
    {
        Assert.Equal(AuditRules.All, RuleSet.All.Select(r => r.About));
        Assert.All(RuleSet.All, r => Assert.StartsWith($"Rule{r.About.Number:00}", r.GetType().Name));
        Assert.All(RuleSet.All, r => Assert.Equal(
            r.About.Name, string.Concat(r.GetType().Name[6..].Select((c, i) => char.IsUpper(c) && i > 0 ? "-" + char.ToLowerInvariant(c) : char.ToLowerInvariant(c).ToString()))));
        Assert.All(RuleSet.All, r => Assert.True(r.Cause.EndsWith('.') && r.Repair.EndsWith('.')));
    }

    [Fact]
    public void A_healthy_store_of_every_shape_gives_nothing()
    {
        var store = new StoreBuilder().Registered("10.0.0.2")
            .Network("web", Subnet).Endpoint("web", "a").Endpoint("web", "b", "10.0.0.2", "10.60.0.99")
            .Ranged("shop", "10.61.0.0/16", "10.61.4.0/22").Endpoint("shop", "c").Endpoint("shop", "d", address: "10.61.0.9")
            .Ranged("pay", "10.61.0.0/16", "10.61.8.0/24").Endpoint("pay", "e")
            .Network("multi", "10.62.0.0/24", "10.63.0.0/24").Endpoint("multi", "f").Network("idle", "10.64.0.0/30");
        Assert.Empty(Auditor.Audit(new AuditInput { Image = store.Build() }).Findings);
    }

    [Fact]
    public void An_empty_store_is_clean()
    {
        var result = Auditor.Audit(new AuditInput { Image = StoreImage.Empty });
        Assert.Empty(result.Findings);
        Assert.Empty(result.Notes);
        Assert.Equal(new AuditCounts(0, 0, 0, 0), result.Counts);
    }

    [Fact]
    public void No_mutation_of_a_recorded_store_throws_and_each_gives_the_same_twice() =>
        Gen.Select(Gen.Int[0, RecordedStore.Damaged.Entries.Length - 1], Gen.Int[0, 5], Gen.Int[0, 4000], Gen.Byte)
            .Array[1, 12].Sample(changes =>
            {
                var image = changes.Aggregate(RecordedStore.Damaged, (i, c) => Mutate(i, c.Item1, c.Item2, c.Item3, c.Item4));
                var first = Auditor.Audit(new AuditInput { Image = image });
                Assert.Equal(first.Findings, Auditor.Audit(new AuditInput { Image = image, Again = image }).Findings);
            }, iter: 300);

    [Fact]
    public void Any_part_of_a_store_can_be_judged() =>
        Gen.Bool.Array[RecordedStore.Damaged.Entries.Length].Sample(kept => Auditor.Audit(new AuditInput
        {
            Image = RecordedStore.Damaged with { Entries = [.. RecordedStore.Damaged.Entries.Where((_, i) => kept[i])] },
        }).Findings.All(f => f.Message.Length > 0), iter: 200);

    [Fact]
    public void A_bitmap_with_endless_separate_ranges_is_cut_off()
    {
        var store = new StoreBuilder().Network("web", "fd00:60::/64")
            .Bitmap("fd00:60::/64", b => new BitSequence(b.Length, 5, [new BitRun(0xAAAAAAAA, 1ul << 59)]));
        var finding = Auditor.Audit(new AuditInput { Image = store.Build() }).Findings.Single(f => f.Rule == "OB09");
        Assert.InRange(finding.Explains.Length, 1000, 10_000);
    }

    [Fact]
    public void A_fault_that_only_one_of_two_reads_shows_is_none()
    {
        var broken = new StoreBuilder().Network("web", Subnet).Delete(StoreBuilder.BitmapKey(Subnet)).Build();
        var healthy = new StoreBuilder().Network("web", Subnet).Build();
        Assert.Single(Auditor.Audit(new AuditInput { Image = broken, Again = broken }).Findings);
        Assert.Empty(Auditor.Audit(new AuditInput { Image = broken, Again = healthy }).Findings);
        Assert.Empty(Auditor.Audit(new AuditInput { Image = healthy, Again = broken }).Findings);
    }

    [Fact]
    public void What_a_restless_store_does_not_let_judge_is_noted()
    {
        var first = new StoreBuilder().Network("web", Subnet).Bitmap(Subnet, b => b.Set(77)).Build();
        var again = new StoreBuilder().Network("web", Subnet).Bitmap(Subnet, b => b.Set(90)).Bitmap(Subnet, b => b.Clear(90).Set(77)).Build();
        var result = Auditor.Audit(new AuditInput { Image = first, Again = again });
        Assert.Empty(result.Findings);
        Assert.Contains($"OB09 GlobalDefault/{Subnet} 10.60.0.77", Assert.Single(result.Notes));
    }

    [Fact]
    public void Hosts_whose_engine_was_not_asked_are_noted()
    {
        var store = new StoreBuilder().Registered("10.0.0.2").Network("web", Subnet).Endpoint("web", "c", "10.0.0.2");
        var result = Auditor.Audit(new AuditInput { Image = store.Build(), Engines = [RuleTests.Engine()] });
        Assert.Empty(result.Findings);
        Assert.Contains("10.0.0.2", Assert.Single(result.Notes));
    }

    private static StoreImage Mutate(StoreImage image, int at, int kind, int offset, byte value)
    {
        var entry = image.Entries[at % image.Entries.Length];
        var bytes = entry.Value;
        int place = bytes.IsEmpty ? 0 : offset % bytes.Length;
        var changed = kind switch
        {
            0 => entry with { Value = bytes[..place] },
            1 when !bytes.IsEmpty => entry with { Value = bytes.SetItem(place, value) },
            2 when !bytes.IsEmpty => entry with { Value = bytes.RemoveAt(place) },
            3 => entry with { Value = image.Entries[offset % image.Entries.Length].Value },
            4 => entry with { Flags = value, Session = null },
            _ => entry with { Value = bytes.Insert(place, value) },
        };
        return image with { Entries = image.Entries.Replace(entry, changed) };
    }
}
