using System.Collections.Immutable;
using System.IO.Compression;
using System.Text;
using OverlayBridge.Legacy.Bitmaps;
using OverlayBridge.Legacy.Records;
using OverlayBridge.Legacy.Records.Pools;
using OverlayBridge.Legacy.Store;

namespace OverlayBridge.SyntheticStores.Fuzzing;

/// <summary>Makes files that no program should have written: each from a seed alone.</summary>
/// <param name="recorded">Real files of every kind, to be damaged.</param>
/// <param name="store">A store whose records are damaged one by one inside a file that is whole.</param>
public sealed class FuzzInputs(ImmutableArray<byte[]> recorded, StoreImage store)
{
    private const int DeepestNesting = 100_000;

    private static readonly ImmutableArray<string> Nasty =
    [
        "null", "true", "{}", "[]", "\"\"", "0", "-1", "1e999999", "18446744073709551615", "18446744073709551616", "0.5", "9e-9",
        "\"\\ud800\"", "\"\\u0000\"", "\"10.0.0.0/0\"", "\"::/0\"", "\"10.0.0.1/33\"", "\"0.0.0.0/32\"", "\"fd00::/128\"", "\"GlobalDefault/0.0.0.0/0\"",
        "\"GlobalDefault/fd00::/1/fd00::/64\"", "\"a/b/c/d/e\"", "[[[[]]]]", "{\"\":{\"\":null}}", "\"ff:ff:ff:ff:ff:ff\"", "\"{\"", "\"[null]\"", "\"[{}]\"",
    ];

    private static readonly ImmutableArray<string> Words =
    [
        "{", "}", "[", "]", ":", ",", "\"Key\"", "\"key\"", "\"Value\"", "\"value\"", "\"Flags\"", "\"docker/network/v1.0/network/a/\"", "\"node\"", "\"nodes\"",
        "\"dir\"", "\"action\"", "\"entries\"", "\"formatVersion\"", "\"sessions\"", "\"ModifyIndex\"", "1", "\"e30=\"", "null", "true", "-0", "1e400", "\"", "\\u12", " ",
    ];

    /// <summary>The file of this seed.</summary>
    public byte[] Make(int seed)
    {
        var random = new Random(seed);
        byte[] bytes = random.Next(10) switch
        {
            0 => Bytes(random, random.Next(4096)),
            1 => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, random.Next(200)).Select(_ => Words[random.Next(Words.Length)]))),
            2 => Deep(random),
            3 or 4 => Damaged(recorded[random.Next(recorded.Length)], random),
            5 => Recurse([.. store.Entries.Select(e => IsBitmap(e) && random.Next(4) == 0 ? e with { Value = Bitmap(random) } : e)]),
            6 => Recurse([.. store.Entries.Select(e => random.Next(20) == 0 ? e with { Key = OtherKey(e.Key, random) } : e).DistinctBy(e => e.Key)]),
            _ => Recurse([.. store.Entries.Select(e => random.Next(12) == 0 ? e with { Value = OtherValue(e.Value, random) } : e)]),
        };
        return random.Next(8) == 0 ? Damaged(Packed(bytes), random, faults: random.Next(2)) : bytes;
    }

    private static byte[] Deep(Random random)
    {
        string open = random.Next(3) switch { 0 => "[", 1 => "{\"a\":", _ => "[{\"Key\":\"docker/a\",\"Value\":[" };
        return Encoding.UTF8.GetBytes((random.Next(2) == 0 ? "[{\"Key\":\"docker/a\",\"x\":" : "") + string.Concat(Enumerable.Repeat(open, random.Next(DeepestNesting))));
    }

    private static byte[] Damaged(byte[] original, Random random, int? faults = null)
    {
        var bytes = original.ToList();
        for (int fault = faults ?? random.Next(6); fault > 0 && bytes.Count > 0; fault--)
        {
            int at = random.Next(bytes.Count), length = Math.Min(random.Next(64), bytes.Count - at);
            switch (random.Next(5))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes.RemoveRange(at, length); break;
                case 2: bytes.InsertRange(at, bytes.GetRange(at, length)); break;
                case 3: bytes.InsertRange(at, Encoding.UTF8.GetBytes(Nasty[random.Next(Nasty.Length)])); break;
                default: bytes.RemoveRange(at, random.Next(4) == 0 ? bytes.Count - at : length); break;
            }
        }
        return [.. bytes];
    }

    // Lengths, counters and runs of any size, 2^60 blocks among them.
    private static ImmutableArray<byte> Bitmap(Random random)
    {
        var runs = Enumerable.Range(0, random.Next(1, 6)).Select(_ => new BitRun((uint)random.NextInt64(1L << 32), Huge(random))).ToImmutableArray();
        return RecordFormats.Bitmap.Encode(new BitmapRecord(random.Next(2) == 0 ? "vxlan-id" : "GlobalDefault/10.0.0.0/24", new BitSequence(Huge(random), Huge(random), runs)));
    }

    private static ulong Huge(Random random) => random.Next(5) switch
    {
        0 => (ulong)random.Next(1024), 1 => 1ul << 60, 2 => ulong.MaxValue, 3 => 1ul << random.Next(64), _ => (ulong)random.NextInt64(),
    };

    private static bool IsBitmap(KeyValueEntry entry) => entry.Key.Contains("/data/", StringComparison.Ordinal) || entry.Key.EndsWith("/vxlan-id/", StringComparison.Ordinal);

    private static string OtherKey(string key, Random random)
    {
        string[] steps = key.Split('/');
        steps[random.Next(steps.Length)] = random.Next(5) switch { 0 => "", 1 => "é/\U0001F600", 2 => "0.0.0.0", 3 => "docker", _ => new string('a', random.Next(300)) };
        return string.Join('/', steps) is { Length: > 0 } other ? other : "docker/";
    }

    // One JSON token of the record, or some of its bytes, or all of it.
    private static ImmutableArray<byte> OtherValue(ImmutableArray<byte> value, Random random)
    {
        if (value.IsEmpty || random.Next(8) == 0)
            return [.. Encoding.UTF8.GetBytes(Nasty[random.Next(Nasty.Length)])];
        if (random.Next(4) == 0)
            return [.. Damaged([.. value], random)];
        string text = Encoding.UTF8.GetString(value.AsSpan());
        int colon = text.IndexOf(':', random.Next(text.Length));
        int end = colon < 0 ? -1 : text.IndexOfAny([',', '}', ']'], colon);
        return end < 0 ? value[..random.Next(value.Length)] : [.. Encoding.UTF8.GetBytes(text[..(colon + 1)] + Nasty[random.Next(Nasty.Length)] + text[end..])];
    }

    private static byte[] Recurse(ImmutableArray<KeyValueEntry> entries)
    {
        using var stream = new MemoryStream();
        SyntheticDumps.WriteRecurse(new StoreImage("", 0, entries, []), stream);
        return stream.ToArray();
    }

    private static byte[] Packed(byte[] bytes)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return stream.ToArray();
    }

    private static byte[] Bytes(Random random, int count)
    {
        byte[] bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }
}
