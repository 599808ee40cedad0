using System.Collections.Immutable;
using CsCheck;
using OverlayBridge.Legacy.Store;

namespace OverlayBridge.Migration.Tests.Import;

/// <summary>Random store images that are as a store could give them: ordered, no key twice, no index beyond the store's.</summary>
internal static class Images
{
    private static readonly Gen<string> Key = Gen.OneOf(
        Gen.OneOf("docker/nodes", "docker/nodes/10.0.0.1:2376", "docker/network/v1.0/network/a/", "docker/network/v1.0/network/b/", "docker/é", "docker/\U00010000", "docker/\ue000"),
        Gen.String[Gen.Char["abc/"], 0, 3].Select(static rest => "docker/" + rest));

    private static readonly Gen<KeyValueEntry> Entry =
        from key in Key
        from value in Gen.Byte.Array[0, 6]
        from flags in Gen.OneOf(0UL, 3304740253564472344UL, ulong.MaxValue)
        from created in Gen.ULong[1, 50]
        from age in Gen.ULong[0, 50]
        from locks in Gen.ULong[0, 2]
        from session in Gen.OneOf<string?>(null, null, "s1", "s2")
        select new KeyValueEntry(key, [.. value], flags, created, created + age, locks, session);

    private static readonly Gen<SessionEntry> Session =
        from id in Gen.OneOf("s1", "s2", "s3")
        from ttl in Gen.OneOf("", "30s")
        from checks in Gen.OneOf<string>("serfHealth", "other").Array[0, 2]
        from index in Gen.ULong[1, 50]
        select new SessionEntry(id, "n", "vm", 1_000_000, "delete", ttl, [.. checks], index, index);

    public static Gen<StoreImage> Any { get; } =
        from entries in Entry.Array[0, 12]
        from sessions in Session.Array[0, 3]
        from extra in Gen.ULong[0, 5]
        select Of("random", entries, sessions, extra);

    public static StoreImage Of(string source, IEnumerable<KeyValueEntry> entries, IEnumerable<SessionEntry> sessions, ulong extra = 0)
    {
        var ordered = entries.DistinctBy(static entry => entry.Key).OrderBy(static entry => entry.Key, KeyOrder.Instance).ToImmutableArray();
        return new(source, ordered.Select(static entry => entry.ModifyIndex).Append(1UL).Max() + extra, ordered, [.. sessions.DistinctBy(static session => session.Id)]);
    }

    /// <summary><paramref name="count"/> keys, each at an index of its own from 10 on.</summary>
    public static StoreImage Numbered(int count) => Of(
        "numbered",
        Enumerable.Range(0, count).Select(static i => new KeyValueEntry($"docker/{i:0000}", [(byte)i], 7, (ulong)i + 10, (ulong)i + 10)),
        []);

    /// <summary>A store that holds the image.</summary>
    public static StoreModel Store(this StoreImage image)
    {
        var store = new StoreModel(image.Source);
        store.Restore(image);
        return store;
    }
}
