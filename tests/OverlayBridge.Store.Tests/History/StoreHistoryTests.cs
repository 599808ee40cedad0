using CsCheck;
using OverlayBridge.Store.History;
using static OverlayBridge.Store.TestStore;

namespace OverlayBridge.Store.Tests.History;

public sealed class StoreHistoryTests
{
    private static readonly Gen<HistoryLimits> Limits = Gen.Select(Gen.Int[0, 700], Gen.Long[0, 400_000], Gen.Int[0, 3000], (changes, bytes, age) =>
        new HistoryLimits(changes, bytes, TimeSpan.FromMilliseconds(age)));

    [Fact]
    public void It_holds_what_a_list_with_the_same_limits_holds_whatever_is_appended() =>
        Gen.Select(Limits, Gen.Int[0, 3000].Array[0, 5].Array[0, 300]).Sample((limits, sizes) =>
        {
            var history = StoreHistory.Since(1, limits);
            List<RecordedChange> model = [];
            var (floor, index) = (1UL, 1UL);
            foreach (var command in sizes)
            {
                index++;
                List<RecordedChange> changes = [.. command.Select(size => Change(index, size))];
                history = history.Append(changes);
                model.AddRange(changes);
                while (model.Count > 0 && (model.Count > limits.MaxChanges || model.Sum(static change => change.Bytes) > limits.MaxBytes || IsTooOld(model, changes, limits)))
                {
                    floor = Math.Max(floor, model[0].Index);
                    model.RemoveAt(0);
                }
                Assert.Equal(model.Count, history.Count);
                Assert.Equal(floor, history.Floor);
            }
            Assert.Equal(model, history.All());
            Assert.Equal(Enumerable.Reverse(model), history.Backward().Select(static pair => pair.Change));
            Assert.Equal(model.Sum(static change => (long)change.Bytes), history.Bytes);
            Assert.Equal((ulong)sizes.Sum(static command => command.Length), history.Dropped + (ulong)history.Count);
        });

    [Fact]
    public void Two_that_go_on_from_the_same_one_do_not_see_each_other() =>
        Gen.Select(Gen.Int[0, 600], Gen.Int[1, 300], Gen.Int[1, 300]).Sample((common, one, other) =>
        {
            var history = StoreHistory.Empty.Append(Changes(1, common));
            var first = history.Append(Changes(1000, one));
            var second = history.Append(Changes(2000, other));
            Assert.Equal(common, history.All().Count());
            Assert.Equal([.. Changes(1, common), .. Changes(1000, one)], first.All());
            Assert.Equal([.. Changes(1, common), .. Changes(2000, other)], second.All());
        });

    [Fact]
    public void A_page_begins_below_the_sequence_number_where_the_last_one_ended() =>
        Gen.Select(Gen.Int[0, 900], Gen.Int[1, 500], Gen.Int[1, 100]).Sample((count, kept, length) =>
        {
            var history = StoreHistory.Since(1, new HistoryLimits(kept, long.MaxValue, TimeSpan.Zero)).Append(Changes(1, count));
            List<ulong> sequences = [];
            for (var below = ulong.MaxValue; history.Backward(below).Take(length).ToList() is { Count: > 0 } page; below = page[^1].Sequence)
                sequences.AddRange(page.Select(static pair => pair.Sequence));
            Assert.Equal(Enumerable.Range(Math.Max(0, count - kept), Math.Min(count, kept)).Reverse().Select(static n => (ulong)n), sequences);
        });

    [Fact]
    public void Smaller_limits_take_effect_at_once_and_larger_ones_bring_nothing_back()
    {
        var history = StoreHistory.Empty.Append(Changes(2, 500));
        var small = history.With(history.Limits with { MaxChanges = 100 }, now: 0);
        Assert.Equal((100, 401UL), (small.Count, small.Floor));
        var large = small.With(HistoryLimits.Default, now: 0);
        Assert.Equal((100, 401UL), (large.Count, large.Floor));
        Assert.Equal(500, history.Count);
    }

    private static List<RecordedChange> Changes(ulong from, int count) => [.. Enumerable.Range(0, count).Select(i => Change(from + (ulong)i, 10))];

    private static bool IsTooOld(List<RecordedChange> model, List<RecordedChange> latest, HistoryLimits limits) =>
        limits.MaxAge > TimeSpan.Zero && latest.Count > 0 && model[0].At < latest[^1].At - (long)limits.MaxAge.TotalMilliseconds;

    private static RecordedKeyChange Change(ulong index, int size)
    {
        var key = Key($"k{index}");
        return new RecordedKeyChange(index, 100 * (long)index, Origin.Unknown, key, new(key, Value(new string('x', size)), 0, 0, null, 1, 1), null);
    }
}
