using System.Text;
using OverlayBridge.Legacy.Keys;
using OverlayBridge.Legacy.Records;

namespace OverlayBridge.Legacy.Tests.Records;

/// <summary>What each record must have, what old engines wrote, what the fields mean.</summary>
public class FieldTests
{
    private const string Front = "184e19954abcfeb4c5c957270c851b198597258807006f74c83090433163a30b";

    [Theory]
    [InlineData("name")]
    [InlineData("id")]
    [InlineData("networkType")]
    [InlineData("enableIPv6")]
    public void A_network_must_have(string field) => Must(RecordFormats.Network, $"network/{Front}/", field, field);

    [Theory]
    [InlineData("name")]
    [InlineData("id")]
    [InlineData("srcName", "ep_iface.srcName")]
    [InlineData("dstPrefix", "ep_iface.dstPrefix")]
    [InlineData("v4PoolID", "ep_iface.v4PoolID")]
    [InlineData("v6PoolID", "ep_iface.v6PoolID")]
    [InlineData("disableGatewayService", "joinInfo.disableGatewayService")]
    public void An_endpoint_must_have(string field, string? path = null) => Must(RecordFormats.Endpoint, $"endpoint/{Front}/374b9d", field, path ?? field);

    [Theory]
    [InlineData("id")]
    [InlineData("sequence")]
    public void A_bitmap_must_have(string field) => Must(RecordFormats.Bitmap, "data/GlobalDefault/10.80.0.0/24/", field, field);

    [Fact]
    public void The_pools_must_have_a_scope() => Must(RecordFormats.PoolConfiguration, "config/GlobalDefault/", "Scope", "Scope");

    [Theory]
    [InlineData("\"com.docker.network.portmap\":[]", "\"com.docker.network.portmap\":null", "generic.com.docker.network.portmap is not a JSON array.")]
    [InlineData("\"generic\":{", "\"generic\":null,\"x\":{", "generic is not a JSON object.")]
    [InlineData("\"anonymous\":false", "\"anonymous\":\"no\"", "anonymous is not a JSON boolean.")]
    [InlineData("\"locator\":\"172.31.0.2\"", "\"locator\":1", "locator is not a JSON string.")]
    [InlineData("10.80.0.65/24", "10.80.0.650/24", "ep_iface.addr is no address with a prefix length.")]
    [InlineData("02:42:0a:50:00:41", "02:42", "ep_iface.mac is no MAC address.")]
    public void What_makes_engines_die_over_an_endpoint_is_an_error_at_its_place(string from, string to, string what)
    {
        string text = Text($"endpoint/{Front}/277b32").Replace(from, to);
        var fault = Assert.Throws<RecordFormatException>(() => Decode(RecordFormats.Endpoint, text));
        Assert.Equal(what, fault.What);
        int changed = text.IndexOf(to, StringComparison.Ordinal);
        Assert.InRange(fault.Offset, changed - 1, changed + to.Length);
    }

    [Theory]
    [InlineData("\"myAliases\":[\"api\",\"43793502f7cd\"]", "\"myAliases\":7")]
    [InlineData("\"exposed_ports\":[]", "\"exposed_ports\":\"80\"")]
    [InlineData("\"svcAliases\":null", "\"svcAliases\":[1]")]
    public void What_engines_ignore_in_an_endpoint_hides_nothing(string from, string to) =>
        Assert.Equal("api2", Decode(RecordFormats.Endpoint, Text($"endpoint/{Front}/277b32").Replace(from, to)).Name);

    [Fact]
    public void An_error_inside_a_string_that_holds_JSON_points_at_the_string()
    {
        string text = Text($"network/{Front}/").Replace("\\\\\\\"Pool\\\\\\\":\\\\\\\"10.80.0.0/24\\\\\\\"}", "");
        var fault = Assert.Throws<RecordFormatException>(() => Decode(RecordFormats.Network, text));
        Assert.Equal(text.IndexOf("\"[{\\\"IPAMData", StringComparison.Ordinal), fault.Offset);
        Assert.Contains("ipamV4Info", fault.What);
        Assert.Contains("does not hold JSON", fault.What);
    }

    [Fact]
    public void The_three_levels_of_a_network_are_read()
    {
        var network = Decode(RecordFormats.Network, Text($"network/{Front}/"));
        var config = Assert.Single(network.IpamV4Config);
        Assert.Equal(("10.80.0.0/24", "10.80.0.64/26", "10.80.0.254", "10.80.0.70"), (config.PreferredPool, config.SubPool, config.Gateway, config.AuxAddresses!["db"]));
        var info = Assert.Single(network.IpamV4Info);
        Assert.Equal(("GlobalDefault/10.80.0.0/24/10.80.0.64/26", "10.80.0.0/24", "10.80.0.254/24"), (info.PoolId, info.Pool, info.Gateway));
        Assert.Equal("1400", network.DriverOptions["com.docker.network.driver.mtu"]);
        Assert.Equal("2026-11-23T09:13:16.256316152Z", network.Created);
    }

    [Fact]
    public void Routes_ports_and_MAC_of_an_endpoint_are_read()
    {
        var joined = Decode(RecordFormats.Endpoint, Text("/2e2492e8d2de"));
        Assert.Equal(("10.83.0.0", "////AA==", "10.84.0.1"), (joined.JoinInfo!.StaticRoutes!.Value[0].Destination, joined.JoinInfo.StaticRoutes.Value[0].Mask, joined.JoinInfo.StaticRoutes.Value[0].NextHop));
        var web = Decode(RecordFormats.Endpoint, Text("/374b9d3e9264"));
        Assert.Equal((6, 80, 8080), ((int)web.PublishedPorts[0].Protocol, (int)web.PublishedPorts[0].Port, (int)web.PublishedPorts[0].HostPort));
        Assert.Null(web.RequestedMac);
        var asked = Decode(RecordFormats.Endpoint, Text("/374b9d3e9264").Replace("\"generic\":{", "\"generic\":{\"com.docker.network.endpoint.macaddress\":\"AhEiM0RV\","));
        Assert.Equal("021122334455", asked.RequestedMac!.ToString());
    }

    [Fact]
    public void The_overlay_record_of_1_9_is_the_bare_list()
    {
        var stored = RecordFormats.OverlayNetwork.Read("k", [.. "[{\"SubnetIP\":\"10.0.0.0/24\",\"GwIP\":\"10.0.0.1/24\",\"Vni\":256}]"u8]);
        Assert.Equal((0ul, false, 256u), (stored.Value.Mtu, stored.Value.Secure, stored.Value.Subnets[0].Vni));
        Assert.Equal("{\"mtu\":1400,\"secure\":false,\"subnets\":[{\"SubnetIP\":\"10.0.0.0/24\",\"GwIP\":\"10.0.0.1/24\",\"Vni\":256}]}",
            Encoding.UTF8.GetString(stored.With(stored.Value with { Mtu = 1400 }).Bytes.AsSpan()));
    }

    [Fact]
    public void Records_of_1_9_take_the_defaults()
    {
        var network = Decode(RecordFormats.Network, "{\"name\":\"a\",\"id\":\"b\",\"networkType\":\"overlay\",\"enableIPv6\":false,\"persist\":true}");
        Assert.Equal((null, "", "default", "NAT", true), (network.Created, network.Scope, network.IpamType, network.LoadBalancerMode, network.Persist));
        var endpoint = Decode(RecordFormats.Endpoint, "{\"name\":\"a\",\"id\":\"b\",\"ep_iface\":null}");
        Assert.Equal(("", false, null), (endpoint.Locator, endpoint.Anonymous, endpoint.Interface));
    }

    [Theory]
    [InlineData("1e2", 100ul)]
    [InlineData("64.0", 64ul)]
    [InlineData("18446744073709551615", ulong.MaxValue)]
    public void Range_ends_are_read_without_a_double(string number, ulong end) => Assert.Equal(end, Decode(RecordFormats.PoolConfiguration,
        $"{{\"Scope\":\"\",\"Subnets\":{{\"a\":{{\"Range\":{{\"End\":{number},\"Start\":0,\"Sub\":\"\"}}}}}}}}").Pools["a"].Range!.End);

    [Theory]
    [InlineData("1e400")]
    [InlineData("-1")]
    [InlineData("0.5")]
    public void Range_ends_that_are_no_ordinal_are_an_error(string number) => Assert.Throws<RecordFormatException>(() => Decode(RecordFormats.PoolConfiguration,
        $"{{\"Scope\":\"\",\"Subnets\":{{\"a\":{{\"Range\":{{\"End\":{number},\"Start\":0,\"Sub\":\"\"}}}}}}}}"));

    [Theory]
    [InlineData("")]
    [InlineData("172.31.0.1 :2376")]
    [InlineData("172.31.0.1:2376\n")]
    public void A_host_that_is_no_address_is_an_error(string text) => Assert.Throws<RecordFormatException>(() => Decode(RecordFormats.Node, text));

    // Without the field and with another type in its place, the error names it.
    private static void Must<T>(RecordFormat<T> format, string key, string field, string path)
        where T : class
    {
        string text = Text(key);
        var missing = Assert.Throws<RecordFormatException>(() => Decode(format, text.Replace($"\"{field}\":", "\"other\":")));
        Assert.Equal($"{path} is missing.", missing.What);
        var mistyped = Assert.Throws<RecordFormatException>(() => Decode(format, text.Replace($"\"{field}\":", $"\"{field}\":[],\"other\":")));
        Assert.StartsWith($"{path} is not a JSON ", mistyped.What, StringComparison.Ordinal);
        Assert.Equal(text.IndexOf($"\"{field}\":", StringComparison.Ordinal) + field.Length + 3, mistyped.Offset);
    }

    private static T Decode<T>(RecordFormat<T> format, string text)
        where T : class => format.Decode("k", Encoding.UTF8.GetBytes(text));

    private static string Text(string key) => Encoding.UTF8.GetString(RecordedStore.Healthy.Entries
        .Single(e => e.Key.Contains(key) && LegacyKey.Parse(e.Key) is not EndpointFolderKey && (!key.StartsWith("network/", StringComparison.Ordinal) || LegacyKey.Parse(e.Key) is NetworkKey))
        .Value.AsSpan());
}
