using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace OverlayBridge.Names.Views;

/// <summary>The names of one shared network, of both its sides. Immutable; asked often and made anew at every change, so plain dictionaries, not frozen ones.</summary>
public sealed class NetworkNames
{
    private const int LabelLengthMax = 63;

    private readonly Dictionary<string, ImmutableArray<uint>>.AlternateLookup<ReadOnlySpan<char>> _byName;
    private readonly Dictionary<uint, string> _names = [];
    private readonly string _suffix;
    private readonly ImmutableArray<(uint Base, uint Mask)> _subnets;

    /// <param name="name">Of the network.</param>
    /// <param name="subnets">IPv4.</param>
    public NetworkNames(string name, ImmutableArray<IPNetwork> subnets, IEnumerable<NamedEndpoint> endpoints)
    {
        if (subnets.FirstOrDefault(static subnet => subnet.BaseAddress.AddressFamily != AddressFamily.InterNetwork) is { BaseAddress: not null, PrefixLength: > 0 } other)
            throw new ArgumentException($"{other} is no IPv4 subnet", nameof(subnets));
        Name = name;
        _suffix = "." + name.ToLowerInvariant();
        _subnets = [.. subnets.Select(Range)];
        var addresses = new Dictionary<string, ImmutableArray<uint>>(StringComparer.Ordinal);
        foreach (var (address, endpoint) in endpoints.Where(static endpoint => endpoint.Address.AddressFamily == AddressFamily.InterNetwork)
            .Select(static endpoint => (NumberOf(endpoint.Address), endpoint)).OrderBy(static pair => pair.Item1))
        {
            _names.TryAdd(address, endpoint.Name);
            Add(addresses, endpoint.Name, address);
            foreach (var alias in endpoint.Aliases)
                Add(addresses, alias, address);
            if (endpoint.Service is not { } service)
                continue;
            Add(addresses, service, address);
            Add(addresses, $"tasks.{service}", address);
        }

        _byName = addresses.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public string Name { get; }

    /// <summary>The addresses of all that answer to a name, alone or followed by the network's, in the order of their values; empty when nobody does.</summary>
    /// <param name="name">In lower case.</param>
    public ImmutableArray<uint> Addresses(ReadOnlySpan<char> name)
    {
        if (_byName.TryGetValue(name, out var found))
            return found;
        return name.Length > _suffix.Length && name.EndsWith(_suffix, StringComparison.Ordinal) && _byName.TryGetValue(name[..^_suffix.Length], out found) ? found : [];
    }

    /// <summary>Whether an address is of this network, and so nobody else's to name.</summary>
    public bool Contains(uint address)
    {
        foreach (var (start, mask) in _subnets)
            if ((address & mask) == start)
                return true;
        return false;
    }

    /// <summary>What an address resolves to, as Docker's own resolver has it: the container's name, a dot, the network's; null when nobody has it, or when it is no name in DNS.</summary>
    public string? NameOf(uint address) => _names.TryGetValue(address, out var own) && $"{own}.{Name}" is var name && IsName(name) ? name : null;

    private static (uint Base, uint Mask) Range(IPNetwork subnet)
    {
        uint mask = subnet.PrefixLength == 0 ? 0 : uint.MaxValue << (32 - subnet.PrefixLength);
        return (NumberOf(subnet.BaseAddress) & mask, mask);
    }

    internal static uint NumberOf(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[4];
        return address.TryWriteBytes(bytes, out _) ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : 0;
    }

    /// <summary>In the order of the addresses: one that has the name already has been the last.</summary>
    private static void Add(Dictionary<string, ImmutableArray<uint>> addresses, string name, uint address)
    {
        var text = name.ToLowerInvariant();
        if (!addresses.TryGetValue(text, out var known))
            addresses[text] = [address];
        else if (known[^1] != address)
            addresses[text] = known.Add(address);
    }

    private static bool IsName(string name) =>
        name.Length <= Messages.DnsQuery.NameLengthMax && name.Split('.').All(static label => label.Length is > 0 and <= LabelLengthMax && label.All(static c => c is > ' ' and < '\x7F'));
}
