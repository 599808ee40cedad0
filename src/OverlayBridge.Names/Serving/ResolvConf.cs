using System.Collections.Immutable;
using System.Net;

namespace OverlayBridge.Names.Serving;

/// <summary>The servers of a <c>resolv.conf</c> (resolv.conf(5)): lines of <c>nameserver ADDRESS</c>. What is none is left out, as the C library does.</summary>
public static class ResolvConf
{
    private const int ServersMax = 8;

    public static ImmutableArray<IPAddress> Servers(string text) =>
    [
        .. text.Split('\n')
            .Select(static line => line.Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries))
            .Where(static words => words is ["nameserver", _, ..])
            .Select(static words => IPAddress.TryParse(words[1], out var address) ? address : null)
            .OfType<IPAddress>().Distinct().Take(ServersMax),
    ];
}
