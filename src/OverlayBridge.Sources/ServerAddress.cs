using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace OverlayBridge.Sources;

/// <summary>One server of a live store: a host name, an IPv4 address or an IPv6 address without brackets, and a TCP port.</summary>
public sealed record ServerAddress(string Host, int Port)
{
    /// <summary>Port of Consul's HTTP API, and of a bridge's.</summary>
    public const int DefaultPort = 8500;

    /// <summary>Port of etcd's client API.</summary>
    public const int EtcdPort = 2379;

    /// <summary>Port of ZooKeeper's client protocol.</summary>
    public const int ZooKeeperPort = 2181;

    /// <summary>As it stands in a URL: <c>10.0.0.5:8500</c>, <c>[fd00::5]:8500</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(Host.Contains(':') ? $"[{Host}]" : Host)}:{Port}");

    /// <summary>Reads <c>HOST</c>, <c>HOST:PORT</c> or <c>[IPV6]:PORT</c>; returns what is wrong with it, or null.</summary>
    internal static string? TryParse(string text, int defaultPort, out ServerAddress address)
    {
        address = new("", defaultPort);
        var (host, port) = Split(text);
        if (host.Length == 0)
            return "a host is missing";
        var kind = Uri.CheckHostName(host);
        var bracketed = text.StartsWith('[');
        if (kind is UriHostNameType.Unknown or UriHostNameType.Basic || bracketed != (kind == UriHostNameType.IPv6))
            return host.Contains(':') && !bracketed
                ? $"'{text}' has more than one ':'; write an IPv6 address in brackets, [{host}]:{defaultPort}"
                : $"'{host}' is no host name and no IP address";
        if (kind == UriHostNameType.Dns && host.All(static c => char.IsAsciiDigit(c) || c == '.'))
            return $"'{host}' is no host name and no IP address";
        var number = defaultPort;
        if (port is not null && (!int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out number) || number is < 1 or > IPEndPoint.MaxPort))
            return $"'{port}' is no port number from 1 to 65535";
        address = new(kind == UriHostNameType.IPv6 ? Canonical(host) : host, number);
        return null;
    }

    private static string Canonical(string ipv6) =>
        IPAddress.TryParse(ipv6, out var parsed) && parsed.AddressFamily == AddressFamily.InterNetworkV6 ? parsed.ToString() : ipv6;

    private static (string Host, string? Port) Split(string text)
    {
        if (text.StartsWith('['))
        {
            var end = text.IndexOf(']', StringComparison.Ordinal);
            if (end < 0)
                return (text, null);
            var rest = text[(end + 1)..];
            return rest.Length == 0 ? (text[1..end], null) : rest[0] == ':' ? (text[1..end], rest[1..]) : (text, null);
        }
        var colon = text.LastIndexOf(':');
        return colon < 0 ? (text, null) : text.IndexOf(':', StringComparison.Ordinal) != colon ? (text, null) : (text[..colon], text[(colon + 1)..]);
    }
}
