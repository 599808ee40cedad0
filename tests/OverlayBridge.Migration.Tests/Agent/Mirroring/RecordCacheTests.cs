using Microsoft.Extensions.Logging.Abstractions;
using OverlayBridge.Legacy.Store;

namespace OverlayBridge.Migration.Agent.Mirroring;

public class RecordCacheTests
{
    private const string Key = "overlaybridge/v1/hosts/h1/attachments/n1/e1";

    private readonly RecordCache cache = new((_, entry, _) => Convert.ToHexString(entry.Bytes.Span), NullLogger.Instance);

    private object ReadOne(ulong index, params byte[] value)
    {
        var reading = cache.Begin();
        reading.Add(new KeyValueEntry(Key, [.. value], modifyIndex: index));
        return Assert.Single(reading.Finish());
    }

    [Fact]
    public void Of_a_key_that_has_not_changed_nothing_is_made_anew() => Assert.Same(ReadOne(5, 1, 2), ReadOne(5, 1, 2));

    [Fact]
    public void A_restored_store_may_give_an_index_to_another_value_which_is_read_then()
    {
        Assert.Equal("0102", ReadOne(5, 1, 2));
        Assert.Equal("0103", ReadOne(5, 1, 3));
    }
}
