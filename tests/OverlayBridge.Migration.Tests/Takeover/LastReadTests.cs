using OverlayBridge.Migration.Takeover;
using OverlayBridge.Migration.Tests.Import;
using OverlayBridge.Overlay.Takeovers;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Tests.Takeover;

public sealed class LastReadTests : IDisposable
{
    private readonly StoreModel source = Images.Numbered(30).Store();
    private readonly StoreModel store = Images.Numbered(30).Store();
    private int lists;
    private Action between = static () => { };

    public LastReadTests() => source.Lie = (_, answer) =>
    {
        lists++;
        return answer;
    };

    public void Dispose()
    {
        source.Dispose();
        store.Dispose();
    }

    [Fact]
    public async Task A_source_at_rest_is_read_whole_once_and_found_equal()
    {
        source.Put("other/key", "lifts the table's index");
        source.Put("docker/0003", "changed");
        var comparison = await CompareAsync();
        Assert.Equal((ComparisonOutcome.Equal, 30), (comparison.Outcome, comparison.Keys));
        Assert.Equal(1, lists);
        Assert.Equal(source.Image().Entries, store.Image().Entries);
        Assert.True(store.Index >= source.Index);
    }

    [Theory]
    [InlineData("docker/0007")]
    [InlineData("docker/new")]
    public async Task A_write_that_came_between_the_two_reads_is_seen(string key)
    {
        between = () => source.Put(key, "late");
        var comparison = await CompareAsync();
        Assert.Equal(ComparisonOutcome.Differs, comparison.Outcome);
        Assert.Contains(key, comparison.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deletion_that_came_between_is_seen()
    {
        between = () => source.Delete("docker/0007");
        Assert.Contains("'docker/0007' is gone", (await CompareAsync()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_that_came_between_is_seen()
    {
        between = () => source.SetSession("s9");
        var comparison = await CompareAsync();
        Assert.Equal(ComparisonOutcome.Differs, comparison.Outcome);
        Assert.Contains("s9", comparison.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_write_elsewhere_in_the_source_that_came_between_costs_no_second_read_and_its_index_is_reached()
    {
        between = () => source.Put("other/key", "late");
        Assert.Equal(ComparisonOutcome.Equal, (await CompareAsync()).Outcome);
        Assert.Equal(1, lists);
        Assert.True(store.Index >= source.Index);
    }

    private async Task<TakeoverComparison> CompareAsync()
    {
        var asked = false;
        source.Failure = request =>
        {
            // The first question for keys is the beginning of the second read.
            if (request == "keys" && !asked)
            {
                asked = true;
                between();
            }
            return null;
        };
        return await new LastRead(new ConsulSource(source, "docker/"), store).CompareAsync(TestContext.Current.CancellationToken);
    }
}
