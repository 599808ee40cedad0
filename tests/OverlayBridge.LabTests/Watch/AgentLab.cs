using System.Net;
using System.Net.Http.Json;
using OverlayBridge.Lab.Engines;
using OverlayBridge.Lab.Processes;
using OverlayBridge.LabTests.EndToEnd;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.LabTests.Watch;

/// <summary>A control node, and an agent on one legacy host and on the swarm's manager, for the tests of one class.</summary>
public sealed class AgentLab : IAsyncLifetime
{
    /// <summary>Far beyond what anything here takes; what it did take is in the test's output.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly BridgeLab bridge;
    private readonly HttpClient http;

    public AgentLab(LabFixture fixture)
    {
        Fixture = fixture;
        bridge = new BridgeLab(fixture.Lab, "watch");
        http = new HttpClient(fixture.Lab.Kv.CreateHttpHandler())
        {
            BaseAddress = new Uri(bridge.Bridge.Replace("bridge://", "http://", StringComparison.Ordinal) + "/v1/kv/"),
        };
    }

    public LabFixture Fixture { get; }

    public LabHost Legacy => Fixture.Lab.LegacyHosts[0];

    public LabHost Swarm => Fixture.Lab.SwarmHosts[0];

    public LabHost Host(bool legacy) => legacy ? Legacy : Swarm;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await StartControlAsync();
        await StartAgentAsync(Legacy);
        await StartAgentAsync(Swarm);
        foreach (var host in (LabHost[])[Legacy, Swarm])
            await UntilAsync($"the record of {host.Name}", async () => await RecordAsync<HostRecord>(BridgeKeys.Host(host.Name)) is { Engine: EngineState.Up });
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await bridge.DisposeAsync();
    }

    public Task StartControlAsync() => bridge.StartControlAsync();

    public Task KillControlAsync() => bridge.KillAsync(Fixture.Lab.Kv, "control");

    public Task StartAgentAsync(LabHost host) => bridge.StartAgentAsync(host);

    public Task KillAgentAsync(LabHost host) => bridge.KillAsync(host, "agent");

    public int? AgentPid(LabHost host) => bridge.AgentPid(host);

    /// <summary>Null when the key is not there.</summary>
    public async Task<T?> RecordAsync<T>(string key)
        where T : class, IBridgeRecord<T>
    {
        using var answer = await http.GetAsync(new Uri(key + "?raw", UriKind.Relative), Cancel);
        return answer.StatusCode == HttpStatusCode.NotFound
            ? null
            : BridgeRecords.Decode<T>(key, await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(Cancel));
    }

    public async Task PutAsync<T>(string key, T record)
        where T : class, IBridgeRecord<T>
    {
        using var content = new ByteArrayContent(BridgeRecords.Encode(record));
        using var answer = await http.PutAsync(new Uri(key, UriKind.Relative), content, Cancel);
        answer.EnsureSuccessStatusCode();
    }

    public async Task DeleteAsync(string key)
    {
        using var answer = await http.DeleteAsync(new Uri(key, UriKind.Relative), Cancel);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>The attachments of a host to a network.</summary>
    public async Task<IReadOnlyList<AttachmentRecord>> AttachmentsAsync(LabHost host, string networkId)
    {
        var prefix = $"{BridgeKeys.OfHost(host.Name)}attachments/{networkId}/";
        using var answer = await http.GetAsync(new Uri(prefix + "?keys", UriKind.Relative), Cancel);
        if (answer.StatusCode == HttpStatusCode.NotFound)
            return [];
        var keys = await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<string[]>(Cancel);
        var records = new List<AttachmentRecord>();
        foreach (var key in keys!)
            if (await RecordAsync<AttachmentRecord>(key) is { } record)
                records.Add(record);
        return records;
    }

    /// <summary>Waits until something is so, and writes down how long it took.</summary>
    public static async Task UntilAsync(string what, Func<Task<bool>> condition)
    {
        var started = TimeProvider.System.GetTimestamp();
        await Wait.UntilAsync(condition, Limit, what, Cancel);
        TestContext.Current.TestOutputHelper?.WriteLine($"{what}: after {TimeProvider.System.GetElapsedTime(started).TotalMilliseconds:0} ms");
    }
}
