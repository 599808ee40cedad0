using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OverlayBridge.Migration.Agent;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Overlay.Runs;

namespace OverlayBridge.Migration.Runs;

public sealed class WebhookDeliveryTests : IDisposable
{
    private static readonly Uri Good = new("http://127.0.0.1/good");
    private static readonly Uri Bad = new("http://127.0.0.1/bad");

    private readonly KeyStore keys = new();
    private readonly FakeTimeProvider time = new(SamplePlans.Now);
    private readonly Hooks hooks = new();

    public void Dispose() => keys.Dispose();

    [Fact]
    public async Task Every_event_is_told_in_order_and_a_hook_that_never_takes_it_is_given_up_and_counted()
    {
        await TellAsync(3, until: 3);
        Assert.Equal([1, 2, 3], hooks.Taken);
        Assert.Equal(3 * 5, hooks.Refused);
        Assert.Equal(new RunWebhooks("r1", 3, 3, "it answered with status 500"), Webhooks);
    }

    [Fact]
    public async Task The_next_leader_goes_on_where_the_last_one_was_and_what_is_kept_no_longer_is_counted_as_lost()
    {
        await TellAsync(3, until: 3);
        hooks.Taken.Clear();
        await TellAsync(RunEvents.MaxLatest + 10, until: RunEvents.MaxLatest + 10);
        Assert.Equal(Enumerable.Range(11, RunEvents.MaxLatest), hooks.Taken);
    }

    private RunWebhooks? Webhooks => keys[BridgeKeys.RunWebhooks("r1")] is { } json ? BridgeRecords.Decode<RunWebhooks>("", Encoding.UTF8.GetBytes(json)) : null;

    private async Task TellAsync(int events, int until)
    {
        var stored = StoredPlan.Of(SamplePlans.Small with { Webhooks = [Good, Bad] });
        keys.Set(BridgeKeys.RunPlan("r1", 0), stored.Chunks[0].ToArray());
        keys.Set(BridgeKeys.Migration, BridgeRecords.Encode(new RunRecord("r1", "sample", stored.Digest, 1, RunState.Running, SamplePlans.Now, "", "", "root@h1", SamplePlans.Now)));
        var told = RunEvents.None("r1");
        for (var number = 0; number < events; number++)
            told = told.Add(new RunEvent(0, SamplePlans.Now, "r1", "sample", "step-done", "", "", "", "a step is done"));
        keys.Set(BridgeKeys.RunEvents("r1"), BridgeRecords.Encode(told));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var running = new WebhookDelivery(new RunStoreModel(keys), hooks, time, NullLogger.Instance).RunAsync(stop.Token);
        while (Webhooks?.Delivered != until)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        await stop.CancelAsync();
        time.Advance(TimeSpan.FromSeconds(1));
        await running;
    }

    private sealed class Hooks : IWebhookEdge
    {
        public List<int> Taken { get; } = [];

        public int Refused { get; private set; }

        public ValueTask<string> PostAsync(Uri hook, ReadOnlyMemory<byte> json, CancellationToken token)
        {
            if (hook == Bad)
            {
                Refused++;
                return ValueTask.FromResult("it answered with status 500");
            }
            using var document = JsonDocument.Parse(json);
            Taken.Add(document.RootElement.GetProperty("number").GetInt32());
            return ValueTask.FromResult("");
        }
    }
}
