using System.Buffers;
using System.Text;
using OverlayBridge.Gateway.Go;

namespace OverlayBridge.Gateway.Http;

/// <summary>
/// The target of a request line, read as Consul's Go server reads it and not as ASP.NET does: the path is decoded once,
/// to bytes, and kept apart from what it looked like.
/// </summary>
/// <param name="Path">Decoded.</param>
/// <param name="RawQuery">What follows the <c>?</c>, null without one.</param>
/// <param name="Raw">Both as they were sent.</param>
internal sealed record RequestTarget(byte[] Path, string? RawQuery, string Raw)
{
    /// <summary>What Go leaves unescaped in a path beside letters and digits.</summary>
    private const string PathUnreserved = "-_.~$&+,/:;=@";

    /// <returns>Null when an escape in the path is malformed.</returns>
    public static RequestTarget? Parse(string target)
    {
        // A client may also send the absolute form; what stands before the path is of no interest.
        var scheme = target.IndexOf("://", StringComparison.Ordinal);
        if (!target.StartsWith('/') && scheme > 0)
            target = target.IndexOf('/', scheme + 3) is var slash and > 0 ? target[slash..] : "/";
        var question = target.IndexOf('?', StringComparison.Ordinal);
        var path = PercentEncoding.Decode(question < 0 ? target : target[..question]);
        return path is null ? null : new RequestTarget(path, question < 0 ? null : target[(question + 1)..], target);
    }

    /// <summary>Consul refuses paths with characters that Go cannot print; bytes that are not UTF-8 count as printable.</summary>
    public bool IsPrintable
    {
        get
        {
            ReadOnlySpan<byte> rest = Path;
            if (!rest.ContainsAnyExceptInRange((byte)' ', (byte)'~'))
                return true;
            while (!rest.IsEmpty)
            {
                if (Rune.DecodeFromUtf8(rest, out var rune, out var length) == OperationStatus.Done && !GoText.IsPrintable(rune))
                    return false;
                rest = rest[length..];
            }
            return true;
        }
    }

    /// <summary>
    /// Where a request is sent on to whose path has double slashes or dots: the path as Go's <c>path.Clean</c> leaves it, a
    /// last slash kept, the query unchanged. Null when the path is clean.
    /// </summary>
    public string? CleanLocation()
    {
        if (Path is [(byte)'/', ..] && Path.AsSpan().IndexOf("//"u8) < 0 && Path.AsSpan().IndexOf("/."u8) < 0)
            return null;
        var clean = Clean(Path);
        return clean.AsSpan().SequenceEqual(Path) ? null : Location(clean);
    }

    /// <summary>The same target with a slash at the end of its path.</summary>
    public string LocationWithSlash() => Location([.. Path, (byte)'/']);

    private string Location(byte[] path) =>
        PercentEncoding.Encode(path, PathUnreserved) + (RawQuery is null ? "" : "?" + RawQuery);

    private static byte[] Clean(ReadOnlySpan<byte> path)
    {
        var segments = new List<byte[]>();
        foreach (var range in path.Split((byte)'/'))
        {
            var segment = path[range];
            if (segment.SequenceEqual(".."u8))
                segments.RemoveRange(Math.Max(0, segments.Count - 1), Math.Min(1, segments.Count));
            else if (!segment.IsEmpty && !segment.SequenceEqual("."u8))
                segments.Add(segment.ToArray());
        }
        var clean = new List<byte>(path.Length + 1);
        foreach (var segment in segments)
        {
            clean.Add((byte)'/');
            clean.AddRange(segment);
        }
        if (clean.Count == 0 || path.EndsWith("/"u8))
            clean.Add((byte)'/');
        return [.. clean];
    }
}
