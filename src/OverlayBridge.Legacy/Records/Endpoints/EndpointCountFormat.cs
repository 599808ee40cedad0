using System.Collections.Immutable;
using OverlayBridge.Legacy.Json;

namespace OverlayBridge.Legacy.Records.Endpoints;

/// <summary>Spec §2.2: a struct, so the name matches without case.</summary>
internal static class EndpointCountFormat
{
    public static EndpointCountRecord Decode(string key, ReadOnlySpan<byte> value) =>
        new(RecordObject.Parse(key, value).StructUInt64("Count"));

    public static ImmutableArray<byte> Encode(EndpointCountRecord record) =>
        GoJsonWriter.ToBytes(json => json.Object(fields => fields.Name("Count").Number(record.Count)));
}
