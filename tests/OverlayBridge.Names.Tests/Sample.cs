using System.Collections.Frozen;
using System.Net;
using OverlayBridge.Names.Views;

namespace OverlayBridge.Names.Tests;

/// <summary>A view with two networks, a container on each side of the first, a service with three tasks, and clients that see one, the other or both.</summary>
internal static class Sample
{
    public static readonly IPAddress OnFirst = IPAddress.Parse("172.18.0.2");
    public static readonly IPAddress OnSecond = IPAddress.Parse("172.18.0.3");
    public static readonly IPAddress OnNone = IPAddress.Parse("172.18.0.4");

    public static NetworkNames First { get; } = new("appnet", [IPNetwork.Parse("10.60.0.0/24")],
    [
        Endpoint("db", "10.60.0.2", "database", "App_DB"),
        Endpoint("web", "10.60.0.130"),
        Endpoint("api.1.k3", "10.60.0.133", service: "api"),
        Endpoint("api.2.j7", "10.60.0.131", service: "api"),
        Endpoint("api.3.x1", "10.60.0.132", service: "api"),
    ]);

    public static NetworkNames Second { get; } = new("backnet", [IPNetwork.Parse("10.61.0.0/24")], [Endpoint("store", "10.61.0.2"), Endpoint("db", "10.61.0.3")]);

    public static NameView View(params IPEndPoint[] upstreams) => new(
        true,
        new Dictionary<IPAddress, NameClient>
        {
            [OnFirst] = new([First], [.. upstreams]),
            [OnSecond] = new([Second], [.. upstreams]),
            [OnNone] = new([], [.. upstreams]),
        }.ToFrozenDictionary(),
        new([First, Second], [.. upstreams]));

    public static NamedEndpoint Endpoint(string name, string address, string? alias = null, string? second = null, string? service = null) =>
        new(name, [.. new[] { alias, second }.OfType<string>()], service, IPAddress.Parse(address));
}
