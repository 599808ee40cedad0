using System.Text;
using CsCheck;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Migration.Import;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Tests.Import;

public class ImportBatchTests
{
    [Fact]
    public void Requests_keep_both_limits_and_together_hold_every_line_in_order() =>
        Gen.Select(Images.Any, Gen.Int[200, 900], Gen.Int[1, 5]).Sample(static (image, maxBytes, maxLines) =>
        {
            var operations = ImportPlan.Between(image, StoreImage.Empty).Operations;
            var batches = ImportBatch.Split(operations, maxBytes, maxLines).ToArray();
            var lines = batches.Select(static batch => Encoding.UTF8.GetString(batch.Body.Span)).ToArray();
            Assert.All(batches.Zip(lines), pair =>
            {
                var count = pair.Second.Count(static c => c == '\n');
                Assert.InRange(count, 1, maxLines);
                Assert.True(pair.First.Body.Length <= maxBytes || count == 1);
                Assert.EndsWith("\n", pair.Second, StringComparison.Ordinal);
            });
            Assert.Equal(string.Concat(ImportBatch.Split(operations).Select(static batch => Encoding.UTF8.GetString(batch.Body.Span))), string.Concat(lines));
            Assert.Equal(image.Entries.Length, batches.Sum(static batch => batch.Keys));
        });

    [Fact]
    public void A_line_is_as_the_route_documents_it()
    {
        ImportOperation[] operations =
        [
            new ImportOperation.SetKey(new("docker/a", [1], ulong.MaxValue, 1, 2, 3, "s")),
            new ImportOperation.SetKey(new("docker/b", [], 0, 1, 2)),
            new ImportOperation.DeleteKey("docker/c", 4),
            new ImportOperation.SetSession(new("s", "n", "vm", 1000000, "delete", "30s", ["serfHealth"], 5, 6)),
            new ImportOperation.DeleteSession("s", 7),
            new ImportOperation.LiftIndex(8),
        ];
        Assert.Equal(
            """
            {"Op":"set","LockIndex":3,"Key":"docker/a","Flags":18446744073709551615,"Value":"AQ==","Session":"s","CreateIndex":1,"ModifyIndex":2}
            {"Op":"set","LockIndex":0,"Key":"docker/b","Flags":0,"Value":null,"CreateIndex":1,"ModifyIndex":2}
            {"Op":"delete","Key":"docker/c","Index":4}
            {"Op":"session","ID":"s","Name":"n","Node":"vm","LockDelay":1000000,"Behavior":"delete","TTL":"30s","NodeChecks":["serfHealth"],"CreateIndex":5,"ModifyIndex":6}
            {"Op":"session-delete","ID":"s","Index":7}
            {"Op":"index","Index":8}

            """,
            Encoding.UTF8.GetString(Assert.Single(ImportBatch.Split(operations)).Body.Span));
    }

    [Fact]
    public void A_value_that_the_store_would_refuse_is_named_before_anything_is_sent()
    {
        var plan = new ImportPlan([new ImportOperation.SetKey(new("docker/large", [.. new byte[(512 << 10) + 1]]))]);
        var error = Assert.Throws<SourceException>(() => ImportBatch.RequireAcceptable(plan, "file:x"));
        Assert.Contains("'docker/large' has 524289 bytes", error.Cause, StringComparison.Ordinal);
        ImportBatch.RequireAcceptable(new([new ImportOperation.SetKey(new("docker/large", [.. new byte[512 << 10]]))]), "file:x");
    }
}
