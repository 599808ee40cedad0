using OverlayBridge.Migration.Agent.Tasks.Conversion;
using OverlayBridge.Migration.Agent.Tasks.Moving;

namespace OverlayBridge.Migration.Agent.Tasks.Steps;

/// <summary>A host whose engine is killed after the last change.</summary>
public sealed class ConvertHostVerifyTests : IDisposable
{
    private readonly ConvertedHost host = new();

    public void Dispose() => host.Dispose();

    [Fact]
    public async Task It_is_started_again_before_the_step_is_done()
    {
        host.Engine.IsDown = () => host.Engine.Names.Contains(Holder.NameFor(Sample.Network)) && !File.Exists(host.StartedFile);

        await host.ConvertAsync(TimeProvider.System, TestContext.Current.CancellationToken);

        Assert.Equal(
            [
                "Write legacy records for db (legacy1 10.77.0.10)", "Run holder-legacy1, which keeps the network present here",
                "Stop the engine, and its containers with it", "Start the engine",
            ],
            host.Run.Changes);
    }
}
