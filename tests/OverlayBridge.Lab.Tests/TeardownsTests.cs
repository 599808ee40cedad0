using OverlayBridge.Lab.Processes;
using OverlayBridge.LabTests;
using Xunit.v3;

namespace OverlayBridge.Lab.Tests;

public sealed class TeardownsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_teardown_that_fails_stands_beside_the_tests_own_failure_and_one_beside_the_other()
    {
        var told = await RunAsync(nameof(TeardownSamples.Body_and_teardown_fail));

        Assert.Contains("the body's own failure", told, StringComparison.Ordinal);
        Assert.Contains("the first part stays", told, StringComparison.Ordinal);
        Assert.Contains("the second part stays", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_teardown_that_fails_fails_the_test_whose_body_passed() =>
        Assert.Contains("the only part stays", await RunAsync(nameof(TeardownSamples.Teardown_alone_fails)), StringComparison.Ordinal);

    [Fact]
    public async Task A_class_whose_disposal_fails_stands_beside_its_tests_failure()
    {
        var told = await RunAsync(nameof(TeardownSamples.Body_and_disposal_of_the_class_fail));

        Assert.Contains("the body's own failure", told, StringComparison.Ordinal);
        Assert.Contains("the class stays", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_does_not_end_so_by_itself_is_told_as_well()
    {
        var told = await RunAsync(nameof(TeardownSamples.What_does_not_end_so_by_itself_fails));

        Assert.Contains("the body's own failure", told, StringComparison.Ordinal);
        Assert.Contains("the bare part stays", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_teardown_that_fails_when_its_test_was_over_before_is_left_for_the_end_of_the_run()
    {
        await Teardowns.EndAsync(static () => throw new LabException("the late part stays", "it is in use", "wait"));
        TestContext.Current.CancelCurrentTest(); // as xunit does when a test's time is over

        new TellsTeardownsAttribute().After(null!, (IXunitTest)TestContext.Current.Test!);

        using var end = new LateTeardowns();
        Assert.Contains("the late part stays", Assert.Throws<AggregateException>(end.Dispose).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_teardown_that_works_changes_nothing()
    {
        Assert.DoesNotContain("AggregateException", await RunAsync(nameof(TeardownSamples.Body_alone_fails)), StringComparison.Ordinal);
        await RunAsync(nameof(TeardownSamples.Nothing_fails), failed: 0);
    }

    /// <summary>Runs one of the samples, as a runner does; gives what that says of it.</summary>
    private static async Task<string> RunAsync(string sample, int failed = 1)
    {
        var run = await Exec.RunAsync(
            [Path.Combine(AppContext.BaseDirectory, "OverlayBridge.Lab.Tests"), "-noColor", "-noLogo", "-explicit", "only", "-method", $"{typeof(TeardownSamples).FullName}.{sample}"], Cancel);
        Assert.Contains($"Total: 1, Errors: 0, Failed: {failed},", run.Output, StringComparison.Ordinal);
        return run.Output;
    }
}
