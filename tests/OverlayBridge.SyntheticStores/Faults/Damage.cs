using System.Collections.Immutable;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Audit;

namespace OverlayBridge.SyntheticStores.Faults;

/// <summary>A damaged store, what its engines say, and all that was done to it.</summary>
public sealed record DamagedStore(StoreImage Image, ImmutableArray<EngineFacts> Engines, ImmutableArray<InjectedFault> Faults);

/// <summary>Damages a healthy synthetic store, each fault on a network of its own.</summary>
public static class Damage
{
    /// <summary>P is one record for all: unreadable, it hides what is wrong with pools.</summary>
    public static ImmutableArray<string> Exclusive { get; } = ["OB05"];

    /// <summary>Every rule there is a fault for, in order.</summary>
    public static ImmutableArray<string> Rules { get; } = [.. FaultCatalogue.All.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Puts one fault of each of these rules into a store.</summary>
    /// <param name="healthy">From <see cref="SyntheticStore.Generate"/>, large enough to have a network of its own for each.</param>
    /// <exception cref="ArgumentException">There is no such rule, or no network left that could have the fault.</exception>
    public static DamagedStore Inject(StoreImage healthy, IEnumerable<string> rules, int seed)
    {
        var store = new StoreEditor(healthy, new Random(seed));
        var faults = ImmutableArray.CreateBuilder<InjectedFault>();
        foreach (string rule in rules)
            faults.Add(FaultCatalogue.All.TryGetValue(rule, out var inject)
                ? inject(store) with { Rule = rule }
                : throw new ArgumentException($"There is no fault of {rule}.", nameof(rules)));
        return new DamagedStore(store.ToImage(), store.Engines, faults.ToImmutable());
    }
}
