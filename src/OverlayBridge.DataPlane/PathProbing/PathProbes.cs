using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using OverlayBridge.DataPlane.Namespaces;
using OverlayBridge.DataPlane.Netlink;

namespace OverlayBridge.DataPlane.PathProbing;

/// <summary>The host this runs on.</summary>
/// <param name="folder">Where the engine keeps its namespace files.</param>
public sealed class PathProbes(string folder) : IPathProbes
{
    private const string RouteTable = "/proc/self/net/route";
    private const string OwnNamespace = "/proc/self/ns/net";

    private readonly OverlayNamespaces namespaces = new(folder);

    public async Task<ImmutableArray<IProbeDevice>> OpenAsync(string networkId)
    {
        using var found = await namespaces.OpenAsync(networkId);
        if (found is null)
            return [];
        var path = found.Path;
        return await NamespaceThread.RunAsync(path, () =>
        {
            using var routes = new RouteSocket();
            var devices = ImmutableArray.CreateBuilder<IProbeDevice>();
            foreach (var link in routes.Dump(Rtnetlink.RTM_GETLINK, family: 0, MessageReader.Link))
                devices.Add(new Device(path, new ProbeSocket(link)));
            return devices.ToImmutable();
        });
    }

    public async Task<ImmutableArray<VxlanLink>> HostDevicesAsync()
    {
        using var own = await NetworkNamespace.OpenAsync(OwnNamespace);
        return own.VxlanLinks();
    }

    public int? MtuOf(IPAddress address) => (
        from one in NetworkInterface.GetAllNetworkInterfaces()
        let properties = one.GetIPProperties()
        where properties.UnicastAddresses.Any(own => own.Address.Equals(address))
        select (int?)properties.GetIPv4Properties().Mtu).FirstOrDefault();

    public ImmutableArray<HostRoute> Routes() => File.Exists(RouteTable) ? ParseRoutes(File.ReadLines(RouteTable)) : [];

    /// <summary>Of the kernel's form: interface, destination, gateway, flags, four counters, mask; numbers in hex, in the host's byte order.</summary>
    internal static ImmutableArray<HostRoute> ParseRoutes(IEnumerable<string> lines) =>
    [
        .. from line in lines.Skip(1)
           let fields = line.Split((char[])['\t', ' '], StringSplitOptions.RemoveEmptyEntries)
           where fields.Length > 7
           let destination = Number(fields[1])
           let mask = Number(fields[7])
           where destination is not null && mask is not null && mask.Value != 0
           select new HostRoute(new IPNetwork(Address(destination.Value), int.PopCount((int)mask.Value)), fields[0]),
    ];

    private static uint? Number(string text) => uint.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static IPAddress Address(uint raw)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, raw);
        return new IPAddress(bytes);
    }

    private sealed class Device(string path, ProbeSocket socket) : IProbeDevice
    {
        public VxlanLink Link => socket.Link;

        public string Namespace => Path.GetFileName(path);

        public bool IsGone => !File.Exists(path);

        public string? Send(ReadOnlySpan<byte> frame) => socket.Send(frame);

        public ProbeFrame? Receive() => socket.Receive();

        public void Dispose() => socket.Dispose();
    }
}
