using System.Collections.Immutable;
using System.Globalization;

namespace OverlayBridge.Sources;

/// <summary>
/// A STATE of the command line, taken apart: <c>consul://HOST[:8500][,HOST…][/PATH]</c>, <c>bridge://…</c>,
/// <c>etcd://HOST[:2379]…</c> and <c>zk://HOST[:2181]…</c> of the same form, <c>file:PATH</c> or a bare path. It holds no
/// secret: tokens and passwords come from the environment or a file. A <c>bridge://…</c> may end in <c>@INDEX</c>: what it held at that index.
/// </summary>
/// <param name="Scheme">What kind of store it names.</param>
/// <param name="Servers">The servers in the order given; empty for a file, and for <c>consul://</c> and <c>etcd://</c> alone.</param>
/// <param name="Path">Of a live store: what stands before <c>docker/</c> in its keys, without slashes at the ends. Of a file: its path.</param>
public sealed record StateUri(StateScheme Scheme, ImmutableArray<ServerAddress> Servers, string Path)
{
    private const string Forms = "Give consul://HOST:8500, etcd://HOST:2379, zk://HOST:2181, bridge://HOST:8500 (several hosts with commas, a path behind them if the keys have one), or the path of a dump file.";

    /// <summary>The index at which a <c>bridge://</c> is meant; null for now.</summary>
    public ulong? Moment { get; init; }

    /// <summary>What live sources and files show when nothing else is asked for: libnetwork's and libkv's keys.</summary>
    public const string LegacyRoot = "docker/";

    private const int MaxLength = 4096;
    private const int MaxServers = 64;

    /// <summary>The prefix of the keys meant: <c>docker/</c>, or <c>prod/docker/</c> for <c>consul://HOST/prod</c>.</summary>
    public string DefaultPrefix => Scheme == StateScheme.File || Path.Length == 0 ? LegacyRoot : $"{Path}/{LegacyRoot}";

    /// <summary>In canonical form, every port written out.</summary>
    public override string ToString() => Scheme == StateScheme.File
        ? $"file:{Path}"
        : $"{SchemeName}://{string.Join(',', Servers)}{(Path.Length == 0 ? "" : $"/{Path}")}{(Moment is { } index ? string.Create(CultureInfo.InvariantCulture, $"@{index}") : "")}";

    private string SchemeName => Scheme switch
    {
        StateScheme.Consul => "consul",
        StateScheme.Bridge => "bridge",
        StateScheme.Etcd => "etcd",
        StateScheme.ZooKeeper => "zk",
        _ => "file",
    };

    private static int DefaultPort(StateScheme scheme) => scheme switch
    {
        StateScheme.Etcd => ServerAddress.EtcdPort,
        StateScheme.ZooKeeper => ServerAddress.ZooKeeperPort,
        _ => ServerAddress.DefaultPort,
    };

    /// <summary>Reads a STATE.</summary>
    /// <exception cref="SourceException">It has none of the forms, or names a kind of store that nobody knows.</exception>
    public static StateUri Parse(string text)
    {
        if (text.Length is 0 or > MaxLength)
            throw Wrong(text.Length == 0 ? "it is empty" : $"it is longer than {MaxLength} characters", "");
        if (text.StartsWith("file:", StringComparison.OrdinalIgnoreCase))
            return File(text["file:".Length..], text);
        var end = text.IndexOf("://", StringComparison.Ordinal);
        if (end >= 0 && text.AsSpan(0, end).IndexOfAnyExcept(SchemeCharacters) < 0)
            return Live(text, text[..end].ToLowerInvariant(), text[(end + 3)..]);
        if (KnownSchemes.FirstOrDefault(scheme => text.StartsWith(scheme + ":", StringComparison.OrdinalIgnoreCase)) is { } known)
            throw Wrong($"'{known}:' must be followed by two slashes", text);
        return File(text, text);
    }

    private static readonly System.Buffers.SearchValues<char> SchemeCharacters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");

    private static readonly ImmutableArray<string> KnownSchemes = ["consul", "bridge", "etcd", "zk"];

    private static StateUri File(string path, string text)
    {
        // file:///a/b is a URL with an empty host; file://host/b would name another machine's file.
        if (path.StartsWith("///", StringComparison.Ordinal))
            path = path[2..];
        else if (path.StartsWith("//", StringComparison.Ordinal))
            throw Wrong("a file on another host cannot be read", text);
        if (path.Length == 0 || path.Contains('\0'))
            throw Wrong("the path of the file is missing or holds a NUL", text);
        return new(StateScheme.File, [], path);
    }

    private static StateUri Live(string text, string scheme, string rest)
    {
        var moment = scheme == "bridge" ? TakeMoment(ref rest) : null;
        // What stands before '@' may be a secret: it is in no message.
        if (rest.Contains('@'))
            throw Wrong("'@' means nothing here; secrets are taken from the environment (CONSUL_HTTP_TOKEN, OVERLAYBRIDGE_TOKEN, ETCDCTL_USER, ZOOKEEPER_DIGEST) or from --secret-file", $"{scheme}://…");
        var kind = scheme switch
        {
            "consul" => StateScheme.Consul,
            "bridge" => StateScheme.Bridge,
            "etcd" => StateScheme.Etcd,
            "zk" => StateScheme.ZooKeeper,
            _ => throw Wrong($"'{scheme}' is no scheme of a store", text),
        };
        if (rest.AsSpan().ContainsAny('?', '#'))
            throw Wrong("a query ('?') or a fragment ('#') means nothing here", text);
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var (hosts, path) = slash < 0 ? (rest, "") : (rest[..slash], rest[slash..].Trim('/'));
        if (path.Any(char.IsControl) || path.Split('/').Any(static part => part is "." or ".."))
            throw Wrong("its path holds a control character, '.' or '..'", text);
        return new(kind, ParseServers(text, kind, hosts), path) { Moment = moment };
    }

    /// <summary>Cuts <c>@INDEX</c> off the end.</summary>
    private static ulong? TakeMoment(ref string rest)
    {
        var at = rest.LastIndexOf('@');
        if (at < 0 || !ulong.TryParse(rest.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            return null;
        rest = rest[..at];
        return index;
    }

    private static ImmutableArray<ServerAddress> ParseServers(string text, StateScheme kind, string hosts)
    {
        if (hosts.Length == 0)
            return kind is StateScheme.Consul or StateScheme.Etcd ? [] : throw Wrong("a host is missing", text);
        var parts = hosts.Split(',');
        if (parts.Length > MaxServers)
            throw Wrong($"it lists more than {MaxServers} hosts", text);
        return [.. parts.Select(part => ServerAddress.TryParse(part, DefaultPort(kind), out var server) is { } problem ? throw Wrong(problem, text) : server).Distinct()];
    }

    internal static SourceException Wrong(string problem, string text) =>
        new(text.Length == 0 ? "This is no STATE." : $"'{text}' is no STATE.", $"{char.ToUpperInvariant(problem[0])}{problem[1..]}.", Forms);
}
