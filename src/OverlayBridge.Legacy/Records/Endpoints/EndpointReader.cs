using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Legacy.Json;

namespace OverlayBridge.Legacy.Records.Endpoints;

/// <summary>
/// Reads an endpoint that stands exactly as an engine of 20.10 writes it: fields in their order, no blanks, no escapes in texts.
/// Whatever differs in a byte is left to <see cref="EndpointFormat"/>, which knows every form and every error; the two
/// agree on all that this one takes. Large stores consist of such records, and this is several times as fast. Texts stay
/// spans of the value until it is known which of them are wanted.
/// </summary>
internal ref struct EndpointReader
{
    private static readonly JoinInfo PlainJoin = new(null, false);
    private static readonly JsonValue NoPorts = JsonValue.Object(
        new JsonMember("com.docker.network.endpoint.exposedports", JsonValue.Array()), new JsonMember("com.docker.network.portmap", JsonValue.Array()));
    private static readonly JsonValue Nothing = JsonValue.Object();

    // One level is the record itself.
    private static readonly JsonReaderState Inside = new(new JsonReaderOptions { MaxDepth = RecordLimits.JsonDepth - 1 });

    private readonly TextPool? _pool;
    private readonly ReadOnlyMemory<byte> _value;
    private readonly bool _whole;
    private ExactText _text;
    private bool _namesMac;

    /// <param name="whole">Lists are wanted, too; else they are only walked over.</param>
    private EndpointReader(ReadOnlyMemory<byte> value, TextPool? pool, bool whole)
    {
        (_value, _pool, _whole) = (value, pool, whole);
        _text = new ExactText(value.Length > RecordLimits.ValueBytes ? [] : value.Span);
    }

    /// <summary>The record, or null when it does not stand as engines write it.</summary>
    public static EndpointRecord? TryRead(ReadOnlyMemory<byte> value, TextPool? pool)
    {
        var reader = new EndpointReader(value, pool, whole: true);
        var fields = reader.Read();
        return reader._text.IsDone ? reader.Record(fields) : null;
    }

    /// <summary>The outline of the record, or null when it does not stand as engines write it.</summary>
    /// <param name="id">The endpoint's, by its key, in UTF-8.</param>
    public static EndpointOutline? TryOutline(ReadOnlyMemory<byte> value, ReadOnlySpan<byte> id, TextPool pool)
    {
        var reader = new EndpointReader(value, pool, whole: false);
        var fields = reader.Read();
        return reader._text.IsDone ? reader.Outline(fields, id) : null;
    }

    private ref struct Fields
    {
        public bool Anonymous, DisableResolution, LoadBalancer;
        public ReadOnlySpan<byte> Id, Locator, Name, Sandbox;
        public InterfaceFields Interface;
        public JsonText Generic;
        public bool IsJoined;
        public ImmutableArray<StaticRoute>? Routes;
        public ImmutableArray<TransportPort>? Ports;
        public ImmutableArray<string>? Aliases;
    }

    private ref struct InterfaceFields
    {
        public ReadOnlySpan<byte> Address, AddressV6, Prefix, Mac, Source, V4Pool, V6Pool;
        public Cidr AddressBits;
        public Cidr? AddressV6Bits;
        public ulong MacBits;
    }

    private Fields Read()
    {
        var fields = new Fields
        {
            Anonymous = _text.Boolean("{\"anonymous\":"u8),
            DisableResolution = _text.Boolean(",\"disableResolution\":"u8),
            Interface = Interface(),
            Ports = Ports(",\"exposed_ports\":"u8),
            Generic = Generic(),
            Id = _text.String(",\"id\":\""u8),
        };
        (fields.IsJoined, fields.Routes) = Join();
        fields.LoadBalancer = _text.Boolean(",\"loadBalancer\":"u8);
        fields.Locator = _text.String(",\"locator\":\""u8);
        fields.Aliases = Aliases();
        fields.Name = _text.String(",\"name\":\""u8);
        fields.Sandbox = _text.String(",\"sandbox\":\""u8);
        _text.Expect(",\"svcAliases\":null,\"svcID\":\"\",\"svcName\":\"\",\"virtualIP\":\"\\u003cnil\\u003e\"}"u8);
        return fields;
    }

    private readonly EndpointRecord Record(in Fields fields) => new()
    {
        Id = Text(fields.Id),
        Name = Text(fields.Name),
        Anonymous = fields.Anonymous,
        DisableResolution = fields.DisableResolution,
        Interface = Record(fields.Interface),
        ExposedPorts = fields.Ports,
        GenericText = fields.Generic,
        JoinInfo = !fields.IsJoined ? null : fields.Routes is { } routes ? new JoinInfo(routes, false) : PlainJoin,
        LoadBalancer = fields.LoadBalancer,
        Locator = Text(fields.Locator),
        Aliases = fields.Aliases,
        Sandbox = Text(fields.Sandbox),
    };

    private readonly EndpointInterface Record(in InterfaceFields face) => new()
    {
        Address = Text(face.Address),
        AddressV6 = face.AddressV6Bits is null ? null : Text(face.AddressV6),
        DestinationPrefix = Text(face.Prefix),
        Mac = Text(face.Mac),
        SourceName = Text(face.Source),
        V4PoolId = Text(face.V4Pool),
        V6PoolId = Text(face.V6Pool),
    };

    private readonly EndpointOutline Outline(in Fields fields, ReadOnlySpan<byte> id) => new()
    {
        HasIdOfKey = fields.Id.SequenceEqual(id),
        Name = Text(fields.Name),
        Locator = Text(fields.Locator),
        Anonymous = fields.Anonymous,
        HasSandbox = !fields.Sandbox.IsEmpty,
        HasJoinInfo = fields.IsJoined,
        HasInterface = true,
        Address = fields.Interface.AddressBits,
        AddressV6 = fields.Interface.AddressV6Bits,
        Mac = fields.Interface.MacBits,
        HasRequestedMac = _namesMac && EndpointRecord.RequestedMacIn(fields.Generic) is not null,
        V4PoolId = Text(fields.Interface.V4Pool),
        V6PoolId = Text(fields.Interface.V6Pool),
    };

    private readonly string Text(ReadOnlySpan<byte> ascii) => _pool is null ? Encoding.ASCII.GetString(ascii) : _pool.Get(ascii);

    private InterfaceFields Interface()
    {
        var face = new InterfaceFields { Address = _text.String(",\"ep_iface\":{\"addr\":\""u8) };
        if (!Cidr.TryParse(face.Address, out face.AddressBits))
            _text.Fail();
        if (_text.Take(",\"addrv6\":\""u8))
        {
            face.AddressV6 = _text.String([]);
            face.AddressV6Bits = Cidr.TryParse(face.AddressV6, out var bits) ? bits : null;
            if (face.AddressV6Bits is null)
                _text.Fail();
        }
        face.Prefix = _text.String(",\"dstPrefix\":\""u8);
        face.Mac = _text.String(",\"mac\":\""u8);
        if (!MacText.TryParse(face.Mac, out face.MacBits))
            _text.Fail();
        face.Source = _text.String(",\"routes\":null,\"srcName\":\""u8);
        face.V4Pool = _text.String(",\"v4PoolID\":\""u8);
        face.V6Pool = _text.String(",\"v6PoolID\":\""u8);
        _text.Expect("}"u8);
        return face;
    }

    private ImmutableArray<TransportPort>? Ports(ReadOnlySpan<byte> before)
    {
        _text.Expect(before);
        if (_text.Take("null"u8))
            return null;
        _text.Expect("["u8);
        if (_text.Failed || _text.Take("]"u8))
            return [];
        var ports = _whole ? ImmutableArray.CreateBuilder<TransportPort>() : null;
        do
        {
            ulong protocol = _text.Number("{\"Proto\":"u8, byte.MaxValue), port = _text.Number(",\"Port\":"u8, ushort.MaxValue);
            ports?.Add(new TransportPort((byte)protocol, (ushort)port));
            _text.Expect("}"u8);
        }
        while (_text.Take(","u8));
        _text.Expect("]"u8);
        return ports?.DrainToImmutable();
    }

    private (bool IsJoined, ImmutableArray<StaticRoute>? Routes) Join()
    {
        _text.Expect(",\"ingressPorts\":null,\"joinInfo\":"u8);
        if (_text.Take("null"u8))
            return (false, null);
        if (_text.Take("{\"StaticRoutes\":null,\"disableGatewayService\":false}"u8))
            return (true, null);
        _text.Expect("{\"StaticRoutes\":["u8);
        var routes = _whole ? ImmutableArray.CreateBuilder<StaticRoute>(1) : null;
        do
        {
            var destination = _text.String("{\"Destination\":{\"IP\":\""u8);
            var mask = _text.String(",\"Mask\":\""u8);
            ulong type = _text.Number("},\"RouteType\":"u8, byte.MaxValue);
            var hop = _text.String(",\"NextHop\":\""u8);
            routes?.Add(new StaticRoute(Text(destination), Text(mask), type, Text(hop)));
            _text.Expect("}"u8);
        }
        while (_text.Take(","u8));
        _text.Expect("],\"disableGatewayService\":false}"u8);
        return (true, routes?.DrainToImmutable());
    }

    private JsonText Generic()
    {
        _text.Expect(",\"generic\":"u8);
        if (_text.Take("{}"u8))
            return new(Nothing);
        if (_text.Take("{\"com.docker.network.endpoint.exposedports\":[],\"com.docker.network.portmap\":[]}"u8))
            return new(NoPorts);
        int length = _text.Failed ? 0 : GenericLength();
        if (length == 0)
        {
            _text.Fail();
            return default;
        }
        var text = _value.Slice(_value.Length - _text.Rest.Length, length);
        _text.Pass(length);
        return new(text);
    }

    // 0 when it is no object that the engines can read.
    private int GenericLength()
    {
        try
        {
            var json = new Utf8JsonReader(_text.Rest, isFinalBlock: false, Inside);
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
                return 0;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                bool isList = EndpointFormat.IsList(json.ValueSpan);
                _namesMac |= Ascii.Equals(json.ValueSpan, EndpointRecord.RequestedMacField);
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

    private ImmutableArray<string>? Aliases()
    {
        _text.Expect(",\"myAliases\":"u8);
        if (_text.Take("null"u8))
            return null;
        _text.Expect("["u8);
        if (_text.Failed || _text.Take("]"u8))
            return [];
        var texts = _whole ? ImmutableArray.CreateBuilder<string>(4) : null;
        do
        {
            var alias = _text.String("\""u8);
            texts?.Add(Text(alias));
        }
        while (_text.Take(","u8));
        _text.Expect("]"u8);
        return texts?.DrainToImmutable();
    }
}
