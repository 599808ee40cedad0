using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using OverlayBridge.Legacy.Store;

namespace OverlayBridge;

/// <summary>The recorded stores as images, read in the plainest way: the readers of the product are tested elsewhere.</summary>
internal static class RecordedStore
{
    public static StoreImage Healthy { get; } = Recurse("consul-healthy/kv-recurse.json");

    public static StoreImage Damaged { get; } = Recurse("consul-damaged/kv-recurse.json");

    /// <summary>The same state as <see cref="Healthy"/> without indexes.</summary>
    public static StoreImage HealthyExport { get; } = Export("consul-healthy/kv-export.json");

    public static StoreImage Etcd { get; } = EtcdTree("etcd2/v2-keys.json");

    /// <summary>What engines sent in PUT requests, empty bodies left out: key and value.</summary>
    public static ImmutableArray<KeyValueEntry> Wire { get; } =
        [.. Enumerable.Range(0, 8).SelectMany(i => Puts(File.ReadAllLines(TestFiles.Fixture($"consul-wire/stream{i}.txt"))))];

    /// <summary>The store with a key put or replaced; a null value removes it.</summary>
    public static StoreImage With(this StoreImage image, string key, string? value) =>
        Image(image.Source, image.Entries.Where(e => e.Key != key).Concat(value is null ? [] :
            [new KeyValueEntry(key, [.. Encoding.UTF8.GetBytes(value)], 3304740253564472344, 40000, 40000)]));

    /// <summary>The full key that ends so, e.g. in the first digits of an id and the rest.</summary>
    public static string Key(this StoreImage image, string containing) => image.Entries.Single(e => e.Key.Contains(containing)).Key;

    public static string Text(this StoreImage image, string key) =>
        Encoding.UTF8.GetString(image.Entries.Single(e => e.Key == key).Value.AsSpan());

    private static StoreImage Recurse(string file) => Image(file, Json(file).EnumerateArray().Select(e => new KeyValueEntry(
        e.GetProperty("Key").GetString()!, Base64(e.GetProperty("Value").GetString()), e.GetProperty("Flags").GetUInt64(),
        e.GetProperty("CreateIndex").GetUInt64(), e.GetProperty("ModifyIndex").GetUInt64(), e.GetProperty("LockIndex").GetUInt64(),
        e.TryGetProperty("Session", out var session) ? session.GetString() : null)));

    private static StoreImage Export(string file) => Image(file, Json(file).EnumerateArray().Select(e => new KeyValueEntry(
        e.GetProperty("key").GetString()!, Base64(e.GetProperty("value").GetString()), e.GetProperty("flags").GetUInt64())));

    private static StoreImage EtcdTree(string file) => Image(file, Nodes(Json(file).GetProperty("node")));

    private static IEnumerable<KeyValueEntry> Nodes(JsonElement node)
    {
        if (node.TryGetProperty("value", out var value))
            yield return new KeyValueEntry(node.GetProperty("key").GetString()!, [.. Encoding.UTF8.GetBytes(value.GetString()!)], 0,
                node.GetProperty("createdIndex").GetUInt64(), node.GetProperty("modifiedIndex").GetUInt64());
        if (node.TryGetProperty("nodes", out var children))
            foreach (var entry in children.EnumerateArray().SelectMany(Nodes))
                yield return entry;
    }

    private static IEnumerable<KeyValueEntry> Puts(string[] lines)
    {
        for (int i = 0; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith("PUT /v1/kv/", StringComparison.Ordinal))
                continue;
            string key = lines[i]["PUT /v1/kv/".Length..lines[i].IndexOf('?')];
            int length = int.Parse(lines[i..].First(l => l.StartsWith("Content-Length: ", StringComparison.Ordinal))["Content-Length: ".Length..]);
            if (length > 0)
                yield return new KeyValueEntry(key, [.. Encoding.UTF8.GetBytes(lines[i..].First(l => l.Length == length))]);
        }
    }

    private static StoreImage Image(string source, IEnumerable<KeyValueEntry> entries)
    {
        ImmutableArray<KeyValueEntry> sorted = [.. entries.OrderBy(e => e.Key, KeyOrder.Instance)];
        return new StoreImage(source, sorted.Select(e => e.ModifyIndex).DefaultIfEmpty().Max(), sorted, []);
    }

    private static JsonElement Json(string file) => JsonDocument.Parse(File.ReadAllBytes(TestFiles.Fixture(file))).RootElement;

    private static ImmutableArray<byte> Base64(string? text) => text is null ? [] : [.. Convert.FromBase64String(text)];

    /// <summary>The image with a text replaced in all keys and values.</summary>
    public static StoreImage Replace(this StoreImage image, string text, string by) => image with
    {
        Entries =
        [
            .. image.Entries
                .Select(e => e with { Key = e.Key.Replace(text, by), Value = [.. Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(e.Value.AsSpan()).Replace(text, by))] })
                .OrderBy(e => e.Key, KeyOrder.Instance),
        ],
    };
}
