using OverlayBridge.LabTests;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(RoughTestsLast))]

namespace OverlayBridge.LabTests;

/// <summary>On a test class that kills engines of the lab that all share.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class KillsSharedEnginesAttribute : Attribute;

/// <summary>
/// Classes that kill engines of the shared lab run last: engines may be unwell for minutes afterwards by faults of their own (the swarm's
/// gossip, threads in dead network namespaces), and other tests would find that. Each class is a collection of its own.
/// </summary>
public sealed class RoughTestsLast : ITestCollectionOrderer
{
    /// <inheritdoc/>
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection => [.. testCollections.OrderBy(IsRough)];

    private static bool IsRough<TTestCollection>(TTestCollection collection)
        where TTestCollection : ITestCollection => Rough.Any(type => collection.TestCollectionDisplayName.Contains(type.FullName!, StringComparison.Ordinal));

    private static IEnumerable<Type> Rough { get; } =
        [.. typeof(RoughTestsLast).Assembly.GetTypes().Where(static type => type.IsDefined(typeof(KillsSharedEnginesAttribute), inherit: false))];
}
