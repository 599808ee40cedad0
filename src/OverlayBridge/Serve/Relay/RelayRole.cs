using System.CommandLine;
using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using OverlayBridge.Gateway.Cluster;
using OverlayBridge.Gateway.Relay;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Http;
using OverlayBridge.Terminal;

namespace OverlayBridge.Serve.Relay;

/// <summary>A control node's part as a relay, where it is given one: <c>--relay</c>.</summary>
internal static class RelayRole
{
    public const string ListenName = "--relay-listen";

    private const string RelayName = "--relay";
    private const string ListenExample = "10.0.0.5:8500";

    public static IReadOnlyList<Option> Options =>
    [
        new Option<string?>(RelayName)
        {
            Description = "Stand before this old store for hosts without an agent: pass everything on to it, and answer in its place after a takeover (control)",
            HelpName = "consul://HOST:8500",
        },
        ListenAddress.Option(ListenName, "Where the relay takes the engines' requests: the address that they have for the old store (control)"),
    ];

    /// <summary>Where the relay listens; null without one.</summary>
    public static IPEndPoint? Address(ParseResult parse) => parse.GetValue<string?>(RelayName) is null ? null : parse.GetValue<IPEndPoint?>(ListenName);

    /// <param name="nodeName">Of this control node.</param>
    /// <param name="data">Its data folder.</param>
    /// <exception cref="OperatorException">An option is missing or wrong.</exception>
    public static void Register(IServiceCollection services, ParseResult parse, string nodeName, string data)
    {
        services.AddSingleton<NodeRecords>();
        services.AddSingleton(new RelayLedger(Path.Combine(data, "relay.json")));
        if (Read(parse, nodeName) is not var (place, options))
        {
            services.AddHostedService<RelayRetirement>();
            return;
        }
        services.AddSingleton(place);
        services.AddSingleton(options);
        services.AddSingleton<RelayMetrics>();
        services.AddSingleton<RelayGate>();
        services.AddSingleton<StoreRelay>();
        services.AddSingleton<RelayRegistration>();
        services.AddHostedService(static provider => provider.GetRequiredService<RelayRegistration>());
        services.AddHostedService<RelayService>();
        services.AddOptions<KestrelServerOptions>().Configure<StoreRelay>((kestrel, relay) => relay.Listen(kestrel, place.Listen));
    }

    private static (RelayPlace, RelayOptions)? Read(ParseResult parse, string nodeName)
    {
        var (relay, listen) = (parse.GetValue<string?>(RelayName), parse.GetValue<IPEndPoint?>(ListenName));
        if (relay is null && listen is null)
            return null;
        if (relay is null)
            throw Missing(RelayName, "consul://10.0.0.6:8500", "what is asked there would have nowhere to go");
        var uri = Parse(relay);
        if (listen is null)
            throw Missing(ListenName, ListenExample, "the engines' requests have to reach it somewhere");
        if (uri.Servers.Any(server => server.Port == listen.Port && IPAddress.TryParse(server.Host, out var ip) && ip.Equals(listen.Address)))
            throw new OperatorException(
                $"{RelayName} names the relay itself.", $"{ListenName} is {listen}.", $"Give the address at which the old store is reached now with {RelayName}.");
        if (!BridgeKeys.IsSegment(nodeName))
            throw new OperatorException($"'{nodeName}' cannot be the name of a relay.", "It stands in keys of the store.", "Give one with --node-name.");
        return (
            new RelayPlace(nodeName, listen, uri.ToString()),
            new RelayOptions([.. uri.Servers.Select(static server => new DnsEndPoint(server.Host, server.Port))]) { Prepare = MarkedConnection.Prepare });
    }

    private static StateUri Parse(string text)
    {
        try
        {
            if (StateUri.Parse(text) is { Scheme: StateScheme.Consul, Servers.IsEmpty: false } uri)
                return uri;
        }
        catch (SourceException e)
        {
            throw new OperatorException(e.Message, e.Cause, e.Remedy, inner: e);
        }
        throw new OperatorException(
            $"'{text}' is no store that a relay can stand before.", "Engines speak Consul's API to it.", $"Give the address at which the old Consul is reached now: {RelayName} consul://HOST:8500.");
    }

    private static OperatorException Missing(string name, string example, string why) => new(
        $"{name} is missing.", $"A relay cannot do without it: {why}.", $"Give it, for example: {name} {example}");
}
