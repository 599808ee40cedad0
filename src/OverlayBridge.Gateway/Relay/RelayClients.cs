using System.Collections.Immutable;
using System.Net;

namespace OverlayBridge.Gateway.Relay;

/// <summary>Who is connected to a relay, and who was until lately.</summary>
internal sealed class RelayClients(TimeProvider time)
{
    private static readonly TimeSpan Lately = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, Seen> _seen = [];
    private int _count;

    /// <summary>Connections at this moment.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <param name="address">Null when it is not known.</param>
    /// <returns>To be disposed of when the connection ends.</returns>
    public IDisposable Enter(IPAddress? address)
    {
        Interlocked.Increment(ref _count);
        var client = address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address ?? IPAddress.None;
        lock (_lock)
            _seen[client] = new Seen(_seen.GetValueOrDefault(client).Open + 1, time.GetTimestamp());
        return new Entered(this, client);
    }

    /// <summary>At most so many, in order.</summary>
    public ImmutableArray<IPAddress> Latest(int most)
    {
        lock (_lock)
        {
            foreach (var (address, seen) in _seen.ToArray())
                if (seen.Open == 0 && time.GetElapsedTime(seen.At) > Lately)
                    _seen.Remove(address);
            return [.. _seen.Keys.OrderBy(static address => address.ToString(), StringComparer.Ordinal).Take(most)];
        }
    }

    private void Leave(IPAddress address)
    {
        Interlocked.Decrement(ref _count);
        lock (_lock)
            _seen[address] = new Seen(_seen.GetValueOrDefault(address).Open - 1, time.GetTimestamp());
    }

    /// <param name="Open">Connections that it has.</param>
    /// <param name="At">When one of them began or ended last.</param>
    private readonly record struct Seen(int Open, long At);

    private sealed class Entered(RelayClients clients, IPAddress address) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
                clients.Leave(address);
        }
    }
}
