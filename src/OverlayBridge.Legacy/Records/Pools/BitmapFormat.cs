using System.Collections.Immutable;
using OverlayBridge.Legacy.Bitmaps;
using OverlayBridge.Legacy.Json;

namespace OverlayBridge.Legacy.Records.Pools;

/// <summary>Spec §3: standard base64 inside a JSON object.</summary>
internal static class BitmapFormat
{
    public static BitmapRecord Decode(string key, ReadOnlySpan<byte> value)
    {
        var record = RecordObject.Parse(key, value);
        string id = record.RequiredString("id");
        string text = record.RequiredString("sequence");
        byte[] bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, bytes, out int length))
            throw record.Fault(record.Raw("sequence")!, "sequence is not base64.");
        return new BitmapRecord(id, BitSequence.Decode(bytes.AsSpan(0, length), key, record.OffsetOf("sequence")));
    }

    public static ImmutableArray<byte> Encode(BitmapRecord record) => GoJsonWriter.ToBytes(json => json.Object(fields =>
    {
        fields.Name("id").String(record.Id);
        fields.Name("sequence").String(Convert.ToBase64String(record.Sequence.Encode()));
    }));
}
