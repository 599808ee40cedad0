using System.Net.NetworkInformation;
using OverlayBridge.Legacy.Json;

namespace OverlayBridge.Legacy.Records.Endpoints;

/// <summary>Spec §2.4.</summary>
internal static class InterfaceFormat
{
    public static EndpointInterface Read(RecordObject face)
    {
        if (face.Raw("mac") is { } mac && !IsMac(mac))
            throw face.Fault(mac, "ep_iface.mac is no MAC address.");
        return new EndpointInterface
        {
            Address = face.CidrText("addr"),
            AddressV6 = face.CidrText("addrv6"),
            LinkLocalAddresses = face.Strings("llAddrs"),
            Mac = face.Raw("mac")?.Text,
            SourceName = face.RequiredString("srcName"),
            DestinationPrefix = face.RequiredString("dstPrefix"),
            Routes = face.Strings("routes"),
            V4PoolId = face.RequiredString("v4PoolID"),
            V6PoolId = face.RequiredString("v6PoolID"),
        };
    }

    public static void Write(GoJsonWriter json, EndpointInterface? face)
    {
        if (face is null)
            json.Null();
        else
            json.Object(fields =>
            {
                Optional(fields, "addr", face.Address);
                Optional(fields, "addrv6", face.AddressV6);
                fields.Name("dstPrefix").String(face.DestinationPrefix);
                if (face.LinkLocalAddresses is not null)
                    fields.Name("llAddrs").Strings(face.LinkLocalAddresses);
                Optional(fields, "mac", face.Mac);
                fields.Name("routes").Strings(face.Routes);
                fields.Name("srcName").String(face.SourceName);
                fields.Name("v4PoolID").String(face.V4PoolId);
                fields.Name("v6PoolID").String(face.V6PoolId);
            });
    }

    private static bool IsMac(JsonValue mac) =>
        mac.Kind == JsonKind.String && mac.Text.Contains(':') && PhysicalAddress.TryParse(mac.Text, out _);

    private static void Optional(GoJsonWriter fields, string name, string? text)
    {
        if (text is not null)
            fields.Name(name).String(text);
    }
}
