using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Legacy.Json;

namespace OverlayBridge.Legacy.Records.Endpoints;

/// <summary>
/// Reads an endpoint that stands exactly as an engine of 20.10 writes it: fields in their order, no blanks, no escapes in texts.
/// Whatever differs in a byte is left to <see cref="EndpointFormat"/>, which knows every form and every error; the two
/// agree on all that this one takes. Large stores consist of such records, and this is several times as fast.
/// </summary>
internal ref struct EndpointReader
{
    private static readonly JoinInfo PlainJoin = new(null, false);
    private static readonly JsonValue NoPorts = JsonValue.Object(
        new JsonMember("com.docker.network.endpoint.exposedports", JsonValue.Array()), new JsonMember("com.docker.network.portmap", JsonValue.Array()));
    private static readonly JsonValue Nothing = JsonValue.Object();

    // One level is the record itself.
    private static readonly JsonReaderState Inside = new(new JsonReaderOptions { MaxDepth = RecordLimits.JsonDepth - 1 });

    // What ends a plain text, or is no plain text.
    private static readonly SearchValues<byte> Special =
        SearchValues.Create([.. Enumerable.Range(0, 256).Where(b => b is < 0x20 or '"' or '\\' or > 0x7e).Select(b => (byte)b)]);

    private readonly TextPool _pool;
    private readonly ReadOnlyMemory<byte> _value;
    private ReadOnlySpan<byte> _rest;
    private bool _failed;

    private EndpointReader(ReadOnlyMemory<byte> value, TextPool pool)
    {
        _value = value;
        _rest = value.Span;
        _pool = pool;
    }

    /// <summary>The record, or null when it does not stand as engines write it.</summary>
    public static EndpointRecord? TryRead(string key, ReadOnlyMemory<byte> value, TextPool pool)
    {
        if (value.Length > RecordLimits.ValueBytes)
            return null;
        var reader = new EndpointReader(value, pool);
        var record = reader.Read();
        return reader._failed || !reader._rest.IsEmpty ? null : record;
    }

    private EndpointRecord? Read()
    {
        bool anonymous = Boolean("{\"anonymous\":"u8);
        bool disableResolution = Boolean(",\"disableResolution\":"u8);
        Expect(",\"ep_iface\":"u8);
        var face = Interface();
        Expect(",\"exposed_ports\":"u8);
        var ports = Ports();
        Expect(",\"generic\":"u8);
        var generic = Generic();
        string id = Text(",\"id\":\""u8);
        Expect(",\"ingressPorts\":null,\"joinInfo\":"u8);
        var join = Join();
        bool loadBalancer = Boolean(",\"loadBalancer\":"u8);
        string locator = Text(",\"locator\":\""u8);
        Expect(",\"myAliases\":"u8);
        var aliases = Strings();
        string name = Text(",\"name\":\""u8);
        string sandbox = Text(",\"sandbox\":\""u8);
        Expect(",\"svcAliases\":null,\"svcID\":\"\",\"svcName\":\"\",\"virtualIP\":\"\\u003cnil\\u003e\"}"u8);
        return _failed ? null : new EndpointRecord
        {
            Id = id, Name = name, Anonymous = anonymous, DisableResolution = disableResolution, Interface = face, ExposedPorts = ports,
            GenericText = generic, JoinInfo = join, LoadBalancer = loadBalancer, Locator = locator, Aliases = aliases, Sandbox = sandbox,
        };
    }

    private EndpointInterface? Interface()
    {
        string? address = Take("{\"addr\":\""u8) ? Address() : Fail<string>();
        string? addressV6 = Take(",\"addrv6\":\""u8) ? Address() : null;
        string prefix = Text(",\"dstPrefix\":\""u8);
        string mac = Text(",\"mac\":\""u8);
        string source = Text(",\"routes\":null,\"srcName\":\""u8);
        string v4 = Text(",\"v4PoolID\":\""u8), v6 = Text(",\"v6PoolID\":\""u8);
        Expect("}"u8);
        return _failed || !IsMac(mac) ? Fail<EndpointInterface>() : new EndpointInterface
        {
            Address = address, AddressV6 = addressV6, DestinationPrefix = prefix, Mac = mac, SourceName = source, V4PoolId = v4, V6PoolId = v6,
        };
    }

    // Six bytes with colons; the other forms that are one are left to the full reader.
    private static bool IsMac(string mac)
    {
        if (mac.Length != 17)
            return false;
        for (int i = 0; i < mac.Length; i++)
            if (i % 3 == 2 ? mac[i] != ':' : !char.IsAsciiHexDigit(mac[i]))
                return false;
        return true;
    }

    private string? Address() => Rest() is var text && Cidr.TryParse(text, out _) ? text : Fail<string>();

    private ImmutableArray<TransportPort>? Ports()
    {
        if (Take("null"u8))
            return null;
        Expect("["u8);
        if (_failed || Take("]"u8))
            return [];
        var ports = ImmutableArray.CreateBuilder<TransportPort>();
        do
        {
            Expect("{\"Proto\":"u8);
            ulong protocol = Number(byte.MaxValue);
            Expect(",\"Port\":"u8);
            ports.Add(new TransportPort((byte)protocol, (ushort)Number(ushort.MaxValue)));
            Expect("}"u8);
        }
        while (!_failed && Take(","u8));
        Expect("]"u8);
        return ports.DrainToImmutable();
    }

    private JoinInfo? Join()
    {
        if (Take("null"u8))
            return null;
        if (Take("{\"StaticRoutes\":null,\"disableGatewayService\":false}"u8))
            return PlainJoin;
        Expect("{\"StaticRoutes\":["u8);
        var routes = ImmutableArray.CreateBuilder<StaticRoute>(1);
        do
        {
            string destination = Text("{\"Destination\":{\"IP\":\""u8), mask = Text(",\"Mask\":\""u8);
            Expect("},\"RouteType\":"u8);
            ulong type = Number(byte.MaxValue);
            routes.Add(new StaticRoute(destination, mask, type, Text(",\"NextHop\":\""u8)));
            Expect("}"u8);
        }
        while (!_failed && Take(","u8));
        Expect("],\"disableGatewayService\":false}"u8);
        return new JoinInfo(routes.DrainToImmutable(), false);
    }

    private JsonText Generic()
    {
        if (Take("{}"u8))
            return new(Nothing);
        if (Take("{\"com.docker.network.endpoint.exposedports\":[],\"com.docker.network.portmap\":[]}"u8))
            return new(NoPorts);
        int length = _failed ? 0 : GenericLength();
        if (length == 0)
        {
            _failed = true;
            return default;
        }
        var text = _value.Slice(_value.Length - _rest.Length, length);
        _rest = _rest[length..];
        return new(text);
    }

    // 0 when it is no object that the engines can read.
    private readonly int GenericLength()
    {
        try
        {
            var json = new Utf8JsonReader(_rest, isFinalBlock: false, Inside);
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
                return 0;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                bool isList = EndpointFormat.IsList(json.ValueSpan);
                if (json.ValueIsEscaped || !json.Read() || (isList && json.TokenType != JsonTokenType.StartArray) || !json.TrySkip())
                    return 0;
            }
            return json is { TokenType: JsonTokenType.EndObject, CurrentDepth: 0 } ? (int)json.BytesConsumed : 0;
        }
        catch (JsonException)
        {
            return 0;
        }
    }

    private ImmutableArray<string>? Strings()
    {
        if (Take("null"u8))
            return null;
        Expect("["u8);
        if (_failed || Take("]"u8))
            return [];
        var texts = ImmutableArray.CreateBuilder<string>(4);
        do
            texts.Add(Text("\""u8));
        while (!_failed && Take(","u8));
        Expect("]"u8);
        return texts.DrainToImmutable();
    }

    private string Text(ReadOnlySpan<byte> before)
    {
        Expect(before);
        return Rest();
    }

    // To the closing quote.
    private string Rest()
    {
        int end = _failed ? -1 : _rest.IndexOfAny(Special);
        if (end < 0 || _rest[end] != '"')
        {
            _failed = true;
            return "";
        }
        string text = _pool.Get(_rest[..end]);
        _rest = _rest[(end + 1)..];
        return text;
    }

    private ulong Number(ulong most)
    {
        int digits = 0;
        ulong number = 0;
        for (; digits < _rest.Length && digits < 6 && char.IsAsciiDigit((char)_rest[digits]); digits++)
            number = number * 10 + (ulong)(_rest[digits] - '0');
        if (digits == 0 || (digits > 1 && _rest[0] == '0') || number > most)
            _failed = true;
        _rest = _rest[digits..];
        return number;
    }

    private bool Boolean(ReadOnlySpan<byte> before)
    {
        Expect(before);
        if (Take("true"u8))
            return true;
        Expect("false"u8);
        return false;
    }

    private void Expect(ReadOnlySpan<byte> text)
    {
        if (!Take(text))
            _failed = true;
    }

    private bool Take(ReadOnlySpan<byte> text)
    {
        if (_failed || !_rest.StartsWith(text))
            return false;
        _rest = _rest[text.Length..];
        return true;
    }

    private T? Fail<T>()
        where T : class
    {
        _failed = true;
        return null;
    }
}
