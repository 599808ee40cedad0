using System.Buffers.Binary;
using System.Text;
using OverlayBridge.Sources.Json;
using OverlayBridge.Sources.Snapshots;

namespace OverlayBridge.Sources.Dumps;

/// <summary>What a file is when it is no dump, and what to do then.</summary>
internal static class DumpErrors
{
    /// <summary>U+FEFF in UTF-8, which some Windows programs put in front.</summary>
    public static ReadOnlySpan<byte> ByteOrderMark => [0xef, 0xbb, 0xbf];

    private const string HowToDump = "Make one with 'overlaybridge dump consul://HOST:8500 --out FILE', 'consul kv export', 'curl HOST:8500/v1/kv/?recurse' or 'curl HOST:2379/v2/keys/?recursive=true'.";
    private const string MakeAgain = "Make the dump again, or copy it again.";

    /// <summary>A fault whose file is named by <see cref="At"/>.</summary>
    public sealed record Problem(string Cause, string Remedy)
    {
        public SourceException At(string name) => new($"{name} is no dump that can be read.", Cause, Remedy);
    }

    public static SourceException From(string path, Exception error) => error switch
    {
        JsonPieceException { IsCutOff: true } fault => new(
            $"file:{path} is cut off.", $"The JSON ends in the middle ({fault.Place}).", MakeAgain, fault),
        JsonPieceException fault => new(
            $"file:{path} is damaged.", $"{fault.Place}: {fault.Message}", MakeAgain, fault),
        LimitExceededException limit => new(
            $"file:{path} is too large.", $"Unpacked, {limit.Message}.", "Dump a part of the store with --prefix.", limit),
        SnapshotException fault => new(
            $"file:{path} is a Consul snapshot that cannot be read.", fault.Message,
            "Run 'consul kv export' on the live store instead, or on a scratch Consul after 'consul snapshot restore'.", fault),
        InvalidDataException => new(
            $"file:{path} is damaged.", $"It is packed by gzip and cannot be unpacked to its end: {error.Message}", MakeAgain, error),
        FileNotFoundException or DirectoryNotFoundException => new(
            $"file:{path} does not exist.", "No such file.", "Check the path; a live store is named consul://HOST:8500, etcd://HOST:2379, zk://HOST:2181 or bridge://HOST:8500.", error),
        UnauthorizedAccessException => new(
            $"file:{path} cannot be read.", Directory.Exists(path) ? "It is a folder." : error.Message, "Give a file that this user may read.", error),
        _ => new($"file:{path} cannot be read.", error.Message, "Check the path and the disk.", error),
    };

    /// <summary>What the first bytes say, if they do not begin an array or an object of JSON.</summary>
    public static Problem? NotJson(ReadOnlySpan<byte> head)
    {
        if (head.IsEmpty)
            return new("It is empty.", MakeAgain);
        if (IsTar(head))
            return new("It is a tar archive.", $"Unpack it first. {HowToDump}");
        if (head.Length >= 2 && BinaryPrimitives.ReadUInt16BigEndian(head) is 0xfffe or 0xfeff)
            return new("It is UTF-16 text, as PowerShell's '>' writes it.", "Save it as UTF-8.");
        var first = (head.StartsWith(ByteOrderMark) ? head[ByteOrderMark.Length..] : head).TrimStart(" \t\r\n"u8);
        if (first.IsEmpty)
            return new("It holds nothing but white space.", MakeAgain);
        return first[0] switch
        {
            (byte)'[' or (byte)'{' => null,
            (byte)'<' => new("It is HTML or XML, perhaps the error page of a proxy.", HowToDump),
            _ => new($"It is no JSON: it begins with '{Beginning(first)}'.", HowToDump),
        };
    }

    /// <summary>What an object is whose first field is not ours.</summary>
    public static Problem? ForeignObject(string firstField) => firstField switch
    {
        "errorCode" => new("It is an error answer of etcd.", HowToDump),
        _ => null,
    };

    public static Problem NewerFormat(ulong version) => new(
        $"It is a dump of format version {version}; this program reads version {DumpWriter.FormatVersion}.",
        "Read it with the version of OverlayBridge that wrote it, or a later one.");

    /// <summary>What JSON is whose fields are none of a dump's.</summary>
    public static Problem UnknownElement(List<string> fields) =>
        fields.Contains("ID") && fields.Contains("Behavior") ? new("It is a list of sessions ('GET /v1/session/list'), without any key.", HowToDump)
        : fields.Contains("Node") && fields.Contains("Address") ? new("It is a list of Consul's nodes or services, not of its keys.", HowToDump)
        : new(
            fields.Count == 0 ? "It is JSON without any field." : $"It is JSON, but not of a dump: its fields are {string.Join(", ", fields.Take(8).Select(Shown))}.",
            HowToDump);

    /// <summary>No key of the file is one of those asked for: an empty answer would look like an empty store.</summary>
    public static SourceException NothingUnder(string name, string prefix, EntryCollector entries)
    {
        var outside = entries.Outside ?? "";
        var root = outside.IndexOf(StateUri.LegacyRoot, StringComparison.Ordinal);
        return new(
            $"{name} holds no key under '{prefix}'.",
            $"It holds {entries.Seen} keys, such as '{Shown(outside)}'.",
            root >= 0 ? $"Add --prefix {outside[..root]}{StateUri.LegacyRoot} to read those." : "Add --prefix to read other keys.");
    }

    private static bool IsTar(ReadOnlySpan<byte> head) => head.Length >= 262 && head[257..262].SequenceEqual("ustar"u8);

    private static string Beginning(ReadOnlySpan<byte> bytes) =>
        string.Concat(Encoding.ASCII.GetString(bytes[..Math.Min(bytes.Length, 24)]).Select(static c => c is >= ' ' and < '\u007f' ? c : '.'));

    private static string Shown(string text) =>
        string.Concat((text.Length > 128 ? text[..128] + "…" : text).Select(static c => char.IsControl(c) ? '.' : c));
}
