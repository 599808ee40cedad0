using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using Microsoft.Extensions.Logging.Abstractions;
using OverlayBridge.Migration.Agent.Mirroring;
using OverlayBridge.Migration.Agent.Publishing;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent;

/// <summary>The control cluster is away for long, or the time of day is set: by a moved clock.</summary>
public sealed class OutageTests : IAsyncDisposable
{
    private static readonly string OtherHost = BridgeKeys.OfHost("h2");

    private readonly Background background = new();
    private readonly KeyStore store = new();
    private readonly ConcurrentQueue<BridgeState> states = [];

    [Fact]
    public async Task An_hour_without_the_store_changes_nothing_and_what_changed_meanwhile_is_known_two_seconds_after_it_is_back()
    {
        await StartMirrorAsync();
        var known = states.Count;

        store.IsAway = true;
        for (var minute = 0; minute < 60; minute++)
        {
            background.Time.Advance(TimeSpan.FromMinutes(1));
            await Task.Yield();
        }
        Assert.Equal(known, states.Count); // nothing is concluded from silence

        store.Remove(BridgeKeys.Attachment("h1", "net", "e2"));
        Put("10.60.0.3");
        Put("10.60.0.4");
        store.IsAway = false;
        var back = background.Time.GetUtcNow();
        await background.UntilAsync(() => states.Last().Attachments.Length == 2);

        Assert.InRange(background.Time.GetUtcNow() - back, TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    /// <summary>Deterministic: the clock moves only when all that it set off has been seen.</summary>
    [Fact]
    public async Task What_changed_without_the_store_is_published_and_known_at_the_first_answer_of_a_store_that_is_back()
    {
        await StartMirrorAsync();
        var publisher = new KeyPublisher(store, background.Absence, OtherHost, static _ => true, TimeSpan.FromMinutes(1), background.Time);
        background.Run(publisher.RunAsync);
        publisher.Want(DesiredKeys.None);
        await background.AtOnceAsync(() => store.IsRead(OtherHost));

        store.IsAway = true; // two watches of the mirror fail
        publisher.Want(DesiredKeys.None.With(BridgeKeys.Container("h2", "c1"), new ContainerRecord("c1", "box", "image", "running", ImmutableSortedDictionary<string, string>.Empty)));
        await background.AtOnceAsync(() => store.Refused == 3);
        for (var tries = 1; tries <= 25; tries++)
        {
            await background.AfterPauseAsync(TimeSpan.FromMilliseconds(300), () => store.Refused >= 3 + tries);
            Assert.Equal(3 + tries, store.Refused); // one of the three asks, not all
        }
        Put("10.60.0.3");
        store.IsAway = false;
        await background.AfterPauseAsync(TimeSpan.FromMilliseconds(300), () => states.Last().Attachments.Length == 2 && store.Keys.Contains(BridgeKeys.Container("h2", "c1")));
    }

    [Fact]
    public async Task A_clock_that_is_set_by_a_day_to_and_fro_keeps_nothing_back()
    {
        await StartMirrorAsync();
        var begun = background.Time.GetTimestamp();

        foreach (var (days, last) in new[] { (1, 3), (-2, 4), (1, 5) })
        {
            background.Time.SetTimeOfDay(TimeSpan.FromDays(days));
            Put($"10.60.0.{last}");
            await background.UntilAsync(() => states.Last().Attachments.Length == last - 1);
        }

        Assert.InRange(background.Time.GetElapsedTime(begun), TimeSpan.Zero, TimeSpan.FromSeconds(60));
    }

    public ValueTask DisposeAsync() => background.DisposeAsync();

    /// <summary>An agent's mirror of a store with one attachment, which it has seen.</summary>
    private async Task StartMirrorAsync()
    {
        Put("10.60.0.2");
        var mirror = new BridgeMirror(store, background.Absence, NullLogger.Instance);
        background.Run(token => mirror.RunAsync(states.Enqueue, static () => { }, token));
        await background.UntilAsync(() => !states.IsEmpty && states.Last().Attachments.Length == 1);
    }

    private void Put(string address)
    {
        var last = address[^1];
        store.Set(BridgeKeys.Attachment("h1", "net", $"e{last}"), BridgeRecords.Encode(new AttachmentRecord(
            "net", "appnet", $"e{last}", $"c{last}", "box", InterfaceAddress.Parse($"{address}/24"),
            new PhysicalAddress([2, 66, .. IPAddress.Parse(address).GetAddressBytes()]), [])));
    }
}
