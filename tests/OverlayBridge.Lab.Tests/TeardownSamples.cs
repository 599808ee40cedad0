using OverlayBridge.LabTests;

namespace OverlayBridge.Lab.Tests;

/// <summary>Tests that fail on purpose, each in its own way, and so run by <see cref="TeardownsTests"/> alone, in a process of their own.</summary>
public sealed class TeardownSamples : IAsyncDisposable
{
    /// <summary>Whether the class's own disposal fails.</summary>
    private bool isDisposalBroken;

    public ValueTask DisposeAsync() => Teardowns.EndAsync(() => isDisposalBroken ? throw new InvalidOperationException("the class stays") : Task.CompletedTask);

    [Fact(Explicit = true)]
    public async Task Body_and_teardown_fail()
    {
        await using var part = new Part("the first part stays");
        await using var another = new Part("the second part stays");
        await Task.Yield();
        Assert.Fail("the body's own failure");
    }

    [Fact(Explicit = true)]
    public async Task Teardown_alone_fails()
    {
        await using var part = new Part("the only part stays");
        await Task.Yield();
    }

    [Fact(Explicit = true)]
    public async Task Body_alone_fails()
    {
        await using var part = new Part(null);
        await Task.Yield();
        Assert.Fail("the body's own failure");
    }

    [Fact(Explicit = true)]
    public async Task Body_and_disposal_of_the_class_fail()
    {
        isDisposalBroken = true;
        await Task.Yield();
        Assert.Fail("the body's own failure");
    }

    [Fact(Explicit = true)]
    public async Task What_does_not_end_so_by_itself_fails()
    {
        await using var end = Teardowns.Of(new Bare());
        await Task.Yield();
        Assert.Fail("the body's own failure");
    }

    [Fact(Explicit = true)]
    public async Task Nothing_fails()
    {
        await using var part = new Part(null);
        await Task.Yield();
    }

    private sealed class Bare : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => throw new LabException("the bare part stays", "it is in use", "wait");
    }

    /// <param name="failure">With which it cannot be removed; null: it can.</param>
    private sealed class Part(string? failure) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Teardowns.EndAsync(async () =>
        {
            await Task.Yield();
            if (failure is not null)
                throw new LabException(failure, "it is in use", "wait");
        });
    }
}
