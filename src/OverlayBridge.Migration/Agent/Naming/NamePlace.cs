using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace OverlayBridge.Migration.Agent.Naming;

/// <summary>The address that names are served on, and the subnet that it is in: that of the containers on the bridge.</summary>
internal sealed record NamePlace(IPEndPoint EndPoint, IPNetwork Askers)
{
    /// <summary>Looks for the address among the host's interfaces.</summary>
    /// <returns>Null while it is not there.</returns>
    public static NamePlace? Find(NameListening listening)
    {
        var found = from device in NetworkInterface.GetAllNetworkInterfaces()
                    where listening.Address is not null || device.Name == NameListening.Bridge
                    from address in device.GetIPProperties().UnicastAddresses
                    where address.Address.AddressFamily == AddressFamily.InterNetwork && (listening.Address is null || address.Address.Equals(listening.Address))
                    select new NamePlace(new(address.Address, listening.Port), Around(address.Address, address.PrefixLength));
        return found.FirstOrDefault();
    }

    private static IPNetwork Around(IPAddress address, int prefixLength)
    {
        var bytes = address.GetAddressBytes();
        for (var bit = prefixLength; bit < 8 * bytes.Length; bit++)
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        return new(new IPAddress(bytes), prefixLength);
    }
}
