using OverlayBridge.LabTests.EndToEnd;

namespace OverlayBridge.LabTests.Gateway.Conformance;

/// <summary>The gateway against the real Consul 1.8.7: the same random requests to both, answer by answer.</summary>
public sealed class ConformanceTests(LabFixture fixture) : IAsyncDisposable
{
    private const int Seeds = 20;
    private const int RequestsPerSeed = 1000;

    private readonly BridgeLab _bridge = new(fixture.Lab, "conformance");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = LabTimeout.OwnLab)]
    public async Task Twenty_thousand_random_requests_are_answered_as_Consul_answers_them()
    {
        var kv = fixture.Lab.Kv;
        await _bridge.StartControlAsync();
        var nodeName = (await kv.ExecAsync(["hostname"], Cancel)).Success();
        await using var consul = await ConsulBeside.StartAsync(kv, nodeName, Cancel);
        using var gateway = ConsulBeside.ClientOf(kv, _bridge.Http);

        for (var seed = 1; seed <= Seeds; seed++)
            if (await DifferentialRun.CompareAsync(seed, RequestsPerSeed, consul.Client, gateway, Cancel) is { } difference)
                Assert.Fail(difference);
    }

    public ValueTask DisposeAsync() => _bridge.DisposeAsync();
}
