using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;

namespace OverlayBridge.Serve;

/// <summary><c>HOST:PORT</c> of the command line: an IPv4 address, an IPv6 address in brackets, or <c>localhost</c>.</summary>
internal static class ListenAddress
{
    public static Option<IPEndPoint?> Option(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "HOST:PORT",
        CustomParser = Parse,
    };

    /// <summary>Several, separated by commas.</summary>
    public static Option<ImmutableArray<IPEndPoint>> ListOption(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "HOST:PORT,…",
        CustomParser = ParseList,
    };

    public static bool TryParse(string text, out IPEndPoint? address)
    {
        address = null;
        var colon = text.LastIndexOf(':');
        if (colon <= 0)
            return false;
        var host = text[..colon];
        // Without this check an IPv6 address without brackets would lose its last group to the port.
        if (host.Contains(':', StringComparison.Ordinal) && !(host.StartsWith('[') && host.EndsWith(']')))
            return false;
        if (!ushort.TryParse(text.AsSpan(colon + 1), out var port))
            return false;
        if (host == "localhost")
            address = new IPEndPoint(IPAddress.Loopback, port);
        else if (IPAddress.TryParse(host.Trim('[', ']'), out var ip))
            address = new IPEndPoint(ip, port);
        return address is not null;
    }

    private static IPEndPoint? Parse(ArgumentResult result)
    {
        var text = result.Tokens[^1].Value;
        if (TryParse(text, out var address))
            return address;
        AddError(result, text);
        return null;
    }

    private static ImmutableArray<IPEndPoint> ParseList(ArgumentResult result)
    {
        var addresses = ImmutableArray.CreateBuilder<IPEndPoint>();
        foreach (var text in result.Tokens[^1].Value.Split(',', StringSplitOptions.TrimEntries))
        {
            if (TryParse(text, out var address))
                addresses.Add(address!);
            else
                AddError(result, text);
        }
        return addresses.ToImmutable();
    }

    private static void AddError(ArgumentResult result, string text) =>
        result.AddError($"'{text}' is no address: it must be HOST:PORT with an IP address or 'localhost' as HOST.");
}
