using System.Text;
using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Legacy.Records;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Audit;
using OverlayBridge.Overlay.Repairs;

namespace OverlayBridge.Overlay.Tests.Repairs;

/// <summary>The recorded damaged store, with an engine for the host that lives and a word for the one that is lost.</summary>
public class RecordedStoreRepairTests
{
    private static readonly RepairRequest Gone = new() { HostsGone = ["172.31.0.2"] };

    // What h1 runs, as far as the store knows it.
    private static EngineFacts LivingHost(StoreImage image) => Engines.Of(image, "172.31.0.1");

    private static AuditInput Input(StoreImage image) => new() { Image = image, Engines = [LivingHost(image)] };

    [Fact]
    public void Nothing_is_repaired_in_the_healthy_store()
    {
        var image = RecordedStore.Healthy;
        var plan = RepairPlanner.Plan(new AuditInput { Image = image, Engines = [Engines.Of(image, "172.31.0.1"), Engines.Of(image, "172.31.0.2")] }, new RepairRequest());
        Assert.Empty(plan.Steps);
        Assert.Empty(plan.Refused);
    }

    [Fact]
    public void Without_engines_nothing_is_freed_and_each_refusal_names_the_hosts()
    {
        var plan = RepairPlanner.Plan(new AuditInput { Image = RecordedStore.Damaged }, new RepairRequest());
        Assert.Equal(["OB07", "OB10", "OB11"], plan.Steps.Select(s => s.Rule).Distinct().Order());
        Assert.All(plan.Refused.Where(r => r.Target.Rule == "OB09"), r => Assert.Contains("172.31.0.1", r.Reason));
        Assert.DoesNotContain(plan.Steps.SelectMany(s => s.Writes), w => w.After is null);
        Assert.DoesNotContain(plan.Steps.SelectMany(s => s.Writes).SelectMany(w => w.Changes), c => c.StartsWith("free 1", StringComparison.Ordinal));
    }

    [Fact]
    public void With_every_host_known_all_that_can_be_repaired_is_and_a_second_plan_is_empty()
    {
        var image = RecordedStore.Damaged;
        var plan = RepairPlanner.Plan(Input(image), Gone);
        var after = Applied.To(image, plan);
        Assert.Empty(RepairPlanner.Plan(Input(after), Gone).Steps);
        var left = Auditor.Audit(Input(after)).Findings;
        Assert.DoesNotContain(left, f => f.Repairable || f.Explains.Any(e => e.Repairable));
        Assert.Equal(["OB02", "OB25", "OB44", "OB48", "OB49"], left.Select(f => f.Rule).Distinct().Order());
    }

    [Fact]
    public void What_a_repair_does_not_name_stays_byte_for_byte()
    {
        var image = RecordedStore.Damaged;
        var plan = RepairPlanner.Plan(Input(image), Gone);
        var named = plan.Steps.SelectMany(s => s.Writes).Select(w => w.Key).ToHashSet();
        Assert.Equal(
            image.Entries.Where(e => !named.Contains(e.Key)),
            Applied.To(image, plan).Entries.Where(e => !named.Contains(e.Key)));
    }

    [Fact]
    public void The_writes_are_told_in_addresses_and_figures()
    {
        var steps = RepairPlanner.Plan(Input(RecordedStore.Damaged), Gone).Steps;
        var changes = steps.ToLookup(s => s.Rule, s => s.Writes.SelectMany(w => w.Changes).ToList());
        Assert.Contains("mark 10.80.0.100 as taken", Assert.Single(changes["OB10"]));
        Assert.Contains("free 10.81.0.3", Assert.Single(changes["OB09"]));
        Assert.Contains("count 2 -> 1", changes["OB07"].SelectMany(c => c));
    }

    [Fact]
    public void An_address_that_a_container_runs_with_is_never_freed()
    {
        var image = RecordedStore.Damaged;
        var host = LivingHost(image);
        var busy = host with
        {
            Containers = [.. host.Containers, new EngineContainerFacts("c9", "stray", true, "s9",
                [new EngineEndpointFacts(new string('9', 64), new string('8', 64), "lost", "10.81.0.3") { NetworkDriver = "overlay" }])],
        };
        var plan = RepairPlanner.Plan(new AuditInput { Image = image, Engines = [busy] }, Gone);
        Assert.Contains(plan.Refused, r => r.Target == new RepairTarget("OB09", "GlobalDefault/10.81.0.0/16 10.81.0.3") && r.Reason.Contains("stray"));
        Assert.DoesNotContain("free 10.81.0.3", plan.Steps.SelectMany(s => s.Writes).SelectMany(w => w.Changes));
    }

    [Theory]
    [InlineData(128, 191, true)]   // a /26
    [InlineData(192, 195, true)]   // the smallest that counts
    [InlineData(193, 195, false)]  // no whole block
    public void A_block_that_may_be_a_fence_is_not_freed_until_the_fences_are_known(ulong first, ulong last, bool held)
    {
        const string key = "docker/network/v1.0/ipam/default/data/GlobalDefault/10.80.0.0/24/";
        var bitmap = RecordFormats.Bitmap.Read(RecordedStore.Healthy.Entries.Single(e => e.Key == key)).Value;
        var image = RecordedStore.Healthy.With(key, Encoding.UTF8.GetString(
            RecordFormats.Bitmap.Encode(bitmap with { Sequence = bitmap.Sequence.Set(first, last) }).AsSpan()));
        var input = new AuditInput { Image = image, Engines = Engines.OfAll(image) };

        var unknown = RepairPlanner.Plan(input, new RepairRequest());
        Assert.Equal(held, unknown.Steps.IsEmpty);
        Assert.Equal(held, unknown.Refused.Any(r => r.Reason.Contains("--bridge", StringComparison.Ordinal)));

        var known = RepairPlanner.Plan(input, new RepairRequest { FencesKnown = true });
        Assert.Contains(known.Steps.SelectMany(s => s.Writes).SelectMany(w => w.Changes), c => c.StartsWith("free 10.80.0.", StringComparison.Ordinal));

        var fenced = RepairPlanner.Plan(input with { Fences = [Block] }, new RepairRequest { FencesKnown = true });
        Assert.Empty(fenced.Steps);
    }

    private static Cidr Block => Cidr.TryParse("10.80.0.128/25", out var block) ? block : throw new InvalidOperationException("no block");

    [Fact]
    public void A_rule_that_cannot_be_repaired_says_so_when_it_is_asked_for()
    {
        var plan = RepairPlanner.Plan(Input(RecordedStore.Damaged), new RepairRequest { Rules = ["OB25"] });
        Assert.Empty(plan.Steps);
        Assert.Equal(2, plan.Refused.Length);
        Assert.All(plan.Refused, r => Assert.Contains("no repair that is safe online", r.Reason));
    }

    [Fact]
    public void A_host_that_is_said_to_be_gone_and_answers_is_a_contradiction()
    {
        var input = Input(RecordedStore.Damaged);
        Assert.Contains("answers for it", Assert.Single(RepairPlanner.Contradictions(input, new RepairRequest { HostsGone = ["172.31.0.1"] })));
        Assert.Empty(RepairPlanner.Contradictions(input, Gone));
    }
}
