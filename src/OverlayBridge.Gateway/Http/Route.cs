using System.Text;
using OverlayBridge.Gateway.Access;

namespace OverlayBridge.Gateway.Http;

/// <summary>A path, or all paths below one that ends in a slash, and what answers there by method.</summary>
internal sealed record Route(string Path, IReadOnlyList<(string Method, Func<GatewayRequest, Task<Answer>> Handle)> Methods)
{
    public const int DefaultMaxBodyBytes = 8 * 1024 * 1024;

    private readonly byte[] _path = Encoding.ASCII.GetBytes(Path);
    private readonly (string Method, Func<GatewayRequest, Task<Answer>> Handle)[] _methods = [.. Methods];

    public Route(string path, string method, Func<GatewayRequest, Task<Answer>> handle) : this(path, [(method, handle)])
    {
    }

    /// <summary>Who may use it.</summary>
    public RouteAccess Access { get; init; } = RouteAccess.Operator;

    /// <summary>Changes this node alone: a write to any other route is the leader's.</summary>
    public bool IsOfThisNode { get; init; }

    /// <summary>How long its handlers may need beyond what a write takes.</summary>
    public TimeSpan Takes { get; init; }

    /// <summary>The longest body that its handlers take.</summary>
    public int MaxBodyBytes { get; init; } = DefaultMaxBodyBytes;

    /// <summary>As Consul lists them.</summary>
    public string Allow => string.Join(',', Methods.Select(method => method.Method).Prepend("OPTIONS"));

    public int Length => _path.Length;

    public bool Matches(ReadOnlySpan<byte> path) => path.StartsWith(_path) && (path.Length == _path.Length || Path.EndsWith('/'));

    /// <summary>The path without the last slash that this route has: the client is sent on to it.</summary>
    public bool MatchesWithoutSlash(ReadOnlySpan<byte> path) => Path.EndsWith('/') && path.SequenceEqual(_path.AsSpan()[..^1]);

    public Func<GatewayRequest, Task<Answer>>? Handler(string method)
    {
        foreach (var (name, handle) in _methods)
            if (name == method)
                return handle;
        return null;
    }
}
