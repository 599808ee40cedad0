using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Import;

/// <summary>What a followed source has to tell.</summary>
internal abstract record SourceNews
{
    private SourceNews()
    {
    }

    /// <summary>The whole state now, keys and sessions that belong together; after a change, or unchanged after a wait.</summary>
    public sealed record View(StoreImage Image) : SourceNews;

    /// <summary>It does not answer; it is asked again.</summary>
    public sealed record Fault(SourceException Error) : SourceNews;
}

/// <summary>
/// Follows the keys and the sessions of a Consul with a blocking query each, and gives both as one image. After a failure
/// nothing is given until both have answered again.
/// </summary>
internal sealed class SourceWatch(ConsulSource source, WatchOptions options)
{
    private abstract record Item
    {
        public sealed record Keys(Indexed<ImmutableArray<KeyValueEntry>>? Read, SourceException? Error) : Item;

        public sealed record Sessions(Indexed<ImmutableArray<SessionEntry>>? Read, SourceException? Error) : Item;
    }

    public async IAsyncEnumerable<SourceNews> RunAsync([EnumeratorCancellation] CancellationToken token)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        // One answer waits at most: a watch that is ahead of its reader waits too, and then reads the newest state.
        var items = Channel.CreateBounded<Item>(1);
        var pumps = Task.WhenAll(
            PumpAsync<ImmutableArray<KeyValueEntry>>(
                (read, cancel) => source.Client.ListAsync(source.Prefix, read, cancel), (read, error) => new Item.Keys(read, error), items.Writer, stop.Token),
            PumpAsync<ImmutableArray<SessionEntry>>(
                source.Client.SessionsAsync, (read, error) => new Item.Sessions(read, error), items.Writer, stop.Token));
        try
        {
            Item.Keys keys = new(null, null);
            Item.Sessions sessions = new(null, null);
            await foreach (var item in items.Reader.ReadAllAsync(token).ConfigureAwait(false))
            {
                (keys, sessions) = (item as Item.Keys ?? keys, item as Item.Sessions ?? sessions);
                if ((keys.Error ?? sessions.Error) is { } error)
                    yield return new SourceNews.Fault(error);
                else if (keys.Read is { } entries && sessions.Read is { } list)
                    yield return await TogetherAsync(entries, list.Value, token).ConfigureAwait(false);
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await pumps.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async ValueTask<SourceNews> TogetherAsync(Indexed<ImmutableArray<KeyValueEntry>> keys, ImmutableArray<SessionEntry> sessions, CancellationToken token)
    {
        if (ConsulSource.SessionsCover(keys.Value, sessions))
            return new SourceNews.View(new(source.Name, keys.Index, keys.Value, sessions));
        try
        {
            return new SourceNews.View(await source.ReadAsync(token).ConfigureAwait(false));
        }
        catch (SourceException error)
        {
            return new SourceNews.Fault(error);
        }
    }

    /// <summary>Hands on what one watch tells; whatever else ends it ends the reader too.</summary>
    private async Task PumpAsync<T>(
        Func<ReadOptions, CancellationToken, ValueTask<Indexed<T>>> read,
        Func<Indexed<T>?, SourceException?, Item> item,
        ChannelWriter<Item> writer,
        CancellationToken token)
    {
        try
        {
            await foreach (var heard in BlockingWatch.RunAsync(read, options, token).ConfigureAwait(false))
                await writer.WriteAsync(
                    heard is WatchEvent<T>.Answer answer ? item(answer.Read, null) : item(null, ((WatchEvent<T>.Fault)heard).Error), token).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            writer.TryComplete(error);
            throw;
        }
    }
}
