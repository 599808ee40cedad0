using System.Text.Json;
using CsCheck;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Overlay.Runs;

public sealed class StoredPlanTests
{
    private static string Json(Plans.MigrationPlan plan) => JsonSerializer.Serialize(plan, StoredPlanJson.Default.MigrationPlan);

    [Fact]
    public void A_plan_read_back_is_the_one_that_was_stored_and_equal_plans_have_equal_digests() => SamplePlans.Any.Sample(static plan =>
    {
        var stored = StoredPlan.Of(plan);
        Assert.Equal(Json(plan), Json(StoredPlan.Read("k", stored.Digest, stored.Chunks)));
        Assert.Equal(stored.Digest, StoredPlan.Of(plan).Digest);
    }, iter: 50);

    [Fact]
    public void A_plan_of_a_thousand_hosts_fits_into_a_few_values()
    {
        var plan = SamplePlans.Plan(1, [("web", 1, [.. Enumerable.Range(1, 20).Select(static at => (1, $"web-{at}"))])], 1, []);
        var stored = StoredPlan.Of(plan with { Hosts = [.. Enumerable.Range(1, 1000).Select(at => plan.Hosts[0] with { Name = $"host-{at}-{Guid.NewGuid():N}" })] });
        Assert.All(stored.Chunks, static chunk => Assert.InRange(chunk.Length, 1, StoredPlan.ChunkBytes));
        Assert.InRange(stored.Chunks.Length, 1, 4);
    }

    [Fact]
    public void A_plan_with_a_chunk_missing_or_changed_is_refused()
    {
        var stored = StoredPlan.Of(SamplePlans.Small);
        Assert.Throws<BridgeRecordException>(() => StoredPlan.Read("k", stored.Digest, []));
        var bytes = stored.Chunks[0].ToArray();
        bytes[^1] ^= 1;
        Assert.Throws<BridgeRecordException>(() => StoredPlan.Read("k", stored.Digest, [bytes]));
    }
}
