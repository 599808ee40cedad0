using System.Collections.Immutable;
using CsCheck;

namespace OverlayBridge.Engines.Watch;

public sealed class HostViewTests
{
    private static readonly Gen<EngineContainer> Container =
        Gen.Select(Gen.Int[0, 5], Gen.Int[2, 5], Gen.Bool, Gen.Bool, (id, address, live, alias) =>
        {
            var container = alias ? FakeEngine.Running($"c{id}", address, "db") : FakeEngine.Running($"c{id}", address);
            return live ? container : container.Exited();
        });

    private static readonly Gen<ImmutableArray<EngineContainer>> List =
        Container.Array[0, 6].Select(static all => all.DistinctBy(static c => c.Id).ToImmutableArray());

    [Fact]
    public void A_list_and_the_inspections_it_asks_for_give_what_the_engine_has_whatever_was_known() =>
        Gen.Select(List, List).Sample((before, now) =>
        {
            var known = before.Aggregate(HostView.Unknown, static (view, c) => view.With(c.Id, c));
            // A list shows no aliases; the rest of an endpoint is enough to see that it is another.
            var listed = now.Select(static c => c with { Endpoints = [.. c.Endpoints.Select(static e => e with { Aliases = [] })] });
            var (view, inspect) = known.With(listed.ToImmutableArray());
            foreach (var container in inspect)
                view = view.With(container.Id, now.Single(c => c.Id == container.Id));
            Assert.Equal(now.Select(static c => c.Id).Order(), view.Containers.Keys);
            Assert.All(now, c => Assert.True(view.Containers[c.Id].LooksLike(c)));
        });

    [Fact]
    public void The_same_list_again_changes_nothing_and_asks_for_nothing() => List.Sample(now =>
    {
        var known = now.Aggregate(HostView.Unknown, static (view, c) => view.With(c.Id, c));
        var (view, inspect) = known.With(now);
        Assert.Same(known, view);
        Assert.Empty(inspect);
    });
}
