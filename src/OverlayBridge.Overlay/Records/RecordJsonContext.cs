using System.Net;
using System.Net.NetworkInformation;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using OverlayBridge.Overlay.Plans;

namespace OverlayBridge.Overlay.Records;

/// <summary>System.Text.Json's generated code for all records; what is missing or null where it must not be is an error.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false,
    UseStringEnumConverter = true,
    MaxDepth = 8,
    Converters = [typeof(IPAddressJsonConverter), typeof(IPNetworkJsonConverter), typeof(MacAddressJsonConverter), typeof(InterfaceAddressJsonConverter), typeof(IPEndPointJsonConverter)])]
[JsonSerializable(typeof(HostRecord))]
[JsonSerializable(typeof(HeartbeatRecord))]
[JsonSerializable(typeof(ContainerRecord))]
[JsonSerializable(typeof(NetworkRecord))]
[JsonSerializable(typeof(AttachmentRecord))]
[JsonSerializable(typeof(StitchReport))]
[JsonSerializable(typeof(ExposureRecord))]
[JsonSerializable(typeof(PathProbeRequest))]
[JsonSerializable(typeof(PathProbeReport))]
[JsonSerializable(typeof(FollowRecord))]
[JsonSerializable(typeof(TakeoverRecord))]
[JsonSerializable(typeof(TakeoverHostReport))]
[JsonSerializable(typeof(TakeoverProgress))]
[JsonSerializable(typeof(TakeoverAlarms))]
[JsonSerializable(typeof(RelayRecord))]
[JsonSerializable(typeof(HostTaskRecord))]
[JsonSerializable(typeof(HostTaskReport))]
[JsonSerializable(typeof(StepContent))]
[JsonSerializable(typeof(ProbeTaskRecord))]
[JsonSerializable(typeof(ProbeReport))]
[JsonSerializable(typeof(SwarmRequest))]
[JsonSerializable(typeof(SwarmAnswer))]
[JsonSerializable(typeof(HostConversion))]
[JsonSerializable(typeof(MovedContainer))]
[JsonSerializable(typeof(MoveRequest))]
[JsonSerializable(typeof(MoveAnswer))]
[JsonSerializable(typeof(RunRecord))]
[JsonSerializable(typeof(StepRecord))]
[JsonSerializable(typeof(StageRecord))]
[JsonSerializable(typeof(RunProgress))]
[JsonSerializable(typeof(RunEvents))]
[JsonSerializable(typeof(RunWebhooks))]
internal sealed partial class RecordJsonContext : JsonSerializerContext;

/// <summary>What the records are written and read with: values are read by people too, so that only what JSON demands is escaped.</summary>
internal static class RecordJson
{
    public static RecordJsonContext Plain { get; } =
        new(new JsonSerializerOptions(RecordJsonContext.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}

/// <summary>A JSON string that is parsed into <typeparamref name="T"/>; anything else is a <see cref="JsonException"/>.</summary>
internal abstract class TextJsonConverter<T> : JsonConverter<T>
{
    protected abstract bool TryParse(string text, out T? value);

    protected virtual string Format(T value) => value!.ToString()!;

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
            throw new JsonException($"a string is expected here, not {reader.TokenType}");
        var text = reader.GetString()!;
        return TryParse(text, out var value) ? value! : throw new JsonException($"'{Shorten(text)}' is not a {typeof(T).Name}");
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(Format(value));

    private static string Shorten(string text) => text.Length <= 64 ? text : text[..64] + "…";
}

internal sealed class IPAddressJsonConverter : TextJsonConverter<IPAddress>
{
    protected override bool TryParse(string text, out IPAddress? value) => IPAddress.TryParse(text, out value);
}

/// <summary>An address with a port, such as <c>10.0.0.5:8500</c> or <c>[fd00::5]:8500</c>.</summary>
internal sealed class IPEndPointJsonConverter : TextJsonConverter<IPEndPoint>
{
    protected override bool TryParse(string text, out IPEndPoint? value) => IPEndPoint.TryParse(text, out value) && value.Port > 0;
}

internal sealed class IPNetworkJsonConverter : TextJsonConverter<IPNetwork>
{
    protected override bool TryParse(string text, out IPNetwork value) => IPNetwork.TryParse(text, out value);
}

internal sealed class InterfaceAddressJsonConverter : TextJsonConverter<InterfaceAddress>
{
    protected override bool TryParse(string text, out InterfaceAddress? value) => (value = InterfaceAddress.TryParse(text)) is not null;
}

/// <summary>Written as engines and <c>ip</c> do: <c>02:42:0a:3c:00:03</c>.</summary>
internal sealed class MacAddressJsonConverter : TextJsonConverter<PhysicalAddress>
{
    protected override bool TryParse(string text, out PhysicalAddress? value) =>
        PhysicalAddress.TryParse(text, out value) && value.GetAddressBytes().Length == 6;

    protected override string Format(PhysicalAddress value) => value.ToColonText();
}
