using System.Collections.Concurrent;
using System.Reflection;
using OverlayBridge.LabTests;
using Xunit.v3;

[assembly: TellsTeardowns]
[assembly: AssemblyFixture(typeof(LateTeardowns))]

namespace OverlayBridge.LabTests;

/// <summary>
/// How that ends which a test holds by <c>await using</c>. There C# has a teardown's failure take the place of whatever failed before, and so in a test's body it is kept until the body has ended, and told
/// beside the test's own. Elsewhere, as in the disposal of a test class or a fixture, it is thrown at once: xunit itself tells it beside the rest.
/// </summary>
internal static class Teardowns
{
    /// <summary>By the test's unique id.</summary>
    private static readonly ConcurrentDictionary<string, ConcurrentQueue<Exception>> Kept = new(StringComparer.Ordinal);

    /// <summary>Takes something down.</summary>
    public static async ValueTask EndAsync(Func<Task> end)
    {
        var test = TestContext.Current is { Test.UniqueID: var id, TestState: null } ? id : null;
        try
        {
            await end();
        }
        catch (Exception e) when (test is not null)
        {
            Kept.GetOrAdd(test, static _ => []).Enqueue(e);
        }
    }

    /// <summary>For <c>await using</c> of something that does not end in this way by itself.</summary>
    public static IAsyncDisposable Of(IAsyncDisposable part) => new Ending(part);

    /// <summary>Throws what was kept of a test, once.</summary>
    /// <param name="test">Its unique id.</param>
    public static void Tell(string test)
    {
        if (Kept.TryRemove(test, out var failures))
            Throw(failures);
    }

    /// <summary>Throws what was kept of all tests: they were over before their bodies ended.</summary>
    public static void TellLate()
    {
        if (!Kept.IsEmpty)
            Throw(Kept.Keys.SelectMany(static test => Kept.TryRemove(test, out var failures) ? failures : []));
    }

    private static void Throw(IEnumerable<Exception> failures) => throw new AggregateException("Not all that the test used could be taken down.", failures);

    private sealed class Ending(IAsyncDisposable part) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => EndAsync(() => part.DisposeAsync().AsTask());
    }
}

/// <summary>Has xunit tell failed teardowns of a body beside the test's own failure; they fail a test whose body passed.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
internal sealed class TellsTeardownsAttribute : BeforeAfterTestAttribute
{
    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        // A test that has failed by its time is over for xunit, which tells nothing of it any more: that is left for the end.
        if (!TestContext.Current.CancellationToken.IsCancellationRequested)
            Teardowns.Tell(test.UniqueID);
    }
}

/// <summary>Tells, at the end of a run, failed teardowns of tests that had failed by their time before. Nobody waits for them: what is not down by then is not told.</summary>
public sealed class LateTeardowns : IDisposable
{
    public void Dispose() => Teardowns.TellLate();
}
