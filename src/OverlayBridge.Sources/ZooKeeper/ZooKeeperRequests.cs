using System.Collections.Immutable;

namespace OverlayBridge.Sources.ZooKeeper;

/// <summary>The requests of ZooKeeper's protocol that a source needs; operation codes are those of ZooDefs.OpCode.</summary>
internal static class ZooKeeperRequests
{
    private const int CreateOp = 1, DeleteOp = 2, ExistsOp = 3, GetDataOp = 4, SetDataOp = 5, GetAclOp = 6, GetChildrenOp = 8, SyncOp = 9;

    /// <summary>Data and stat of a node; null when there is none. With a watch, the session is told of the data's next change.</summary>
    public static async Task<(ImmutableArray<byte> Data, ZooKeeperStat Stat)?> GetDataAsync(this ZooKeeperSession session, string path, bool watch, CancellationToken token)
    {
        var answer = await session.FindAsync(GetDataOp, path, watch, token).ConfigureAwait(false);
        return answer is { } bytes ? Parse(bytes.Span) : null;

        static (ImmutableArray<byte>, ZooKeeperStat) Parse(ReadOnlySpan<byte> bytes)
        {
            var reader = new JuteReader(bytes);
            return ([.. reader.Bytes()], ZooKeeperStat.Read(ref reader));
        }
    }

    /// <summary>Names of a node's children; none when there is no node. With a watch, the session is told when one comes or goes.</summary>
    public static async Task<ImmutableArray<string>> GetChildrenAsync(this ZooKeeperSession session, string path, bool watch, CancellationToken token)
    {
        var answer = await session.FindAsync(GetChildrenOp, path, watch, token).ConfigureAwait(false);
        return answer is { } bytes ? Parse(bytes.Span) : [];

        static ImmutableArray<string> Parse(ReadOnlySpan<byte> bytes)
        {
            var reader = new JuteReader(bytes);
            var count = reader.Count(sizeof(int) + 1);
            var names = ImmutableArray.CreateBuilder<string>(count);
            while (names.Count < count)
                names.Add(reader.Text() is { Length: > 0 } name && !name.Contains('/') ? name : throw new ProtocolException("a child's name is empty or holds a slash"));
            return names.MoveToImmutable();
        }
    }

    /// <summary>Whether there is such a node. With a watch, the session is told when it comes, goes or changes.</summary>
    public static async Task<bool> ExistsAsync(this ZooKeeperSession session, string path, bool watch, CancellationToken token) =>
        await session.FindAsync(ExistsOp, path, watch, token).ConfigureAwait(false) is not null;

    /// <summary>Who may do what with a node, as bytes that <see cref="CreateAsync"/> takes.</summary>
    public static async Task<byte[]> GetAclAsync(this ZooKeeperSession session, string path, CancellationToken token)
    {
        var answer = await session.CallAsync(GetAclOp, packet => packet.Text(path), token).ConfigureAwait(false);
        return Parse(answer.Span);

        static byte[] Parse(ReadOnlySpan<byte> bytes)
        {
            var reader = new JuteReader(bytes);
            for (var count = reader.Count(3 * sizeof(int)); count > 0; count--)
            {
                reader.Int32();
                reader.Bytes();
                reader.Bytes();
            }
            return bytes[..^reader.Left].ToArray();
        }
    }

    /// <summary>Makes a node that stays; false when it exists.</summary>
    public static Task<bool> CreateAsync(this ZooKeeperSession session, string path, ReadOnlyMemory<byte> data, byte[] acl, CancellationToken token) =>
        session.TryAsync(CreateOp, packet => packet.Text(path).Bytes(data.Span).Raw(acl).Int32(0), token);

    /// <summary>Changes a node's data; false when it is gone or has another version.</summary>
    public static Task<bool> SetDataAsync(this ZooKeeperSession session, string path, ReadOnlyMemory<byte> data, int version, CancellationToken token) =>
        session.TryAsync(SetDataOp, packet => packet.Text(path).Bytes(data.Span).Int32(version), token);

    /// <summary>Removes a node; false when it is gone, has another version, or has children.</summary>
    public static Task<bool> DeleteAsync(this ZooKeeperSession session, string path, int version, CancellationToken token) =>
        session.TryAsync(DeleteOp, packet => packet.Text(path).Int32(version), token);

    /// <summary>Waits until the server knows all that its leader knows.</summary>
    public static Task SyncAsync(this ZooKeeperSession session, CancellationToken token) =>
        session.CallAsync(SyncOp, static packet => packet.Text("/"), token);

    private static async Task<ReadOnlyMemory<byte>?> FindAsync(this ZooKeeperSession session, int operation, string path, bool watch, CancellationToken token)
    {
        try
        {
            return await session.CallAsync(operation, packet => packet.Text(path).Bool(watch), token).ConfigureAwait(false);
        }
        catch (RefusedException error) when (error.Code == RefusedException.NoNode)
        {
            return null;
        }
    }

    private static async Task<bool> TryAsync(this ZooKeeperSession session, int operation, Action<JuteWriter> body, CancellationToken token)
    {
        try
        {
            await session.CallAsync(operation, body, token).ConfigureAwait(false);
            return true;
        }
        catch (RefusedException error) when (error.Code is RefusedException.NoNode or RefusedException.BadVersion or RefusedException.NodeExists or RefusedException.NotEmpty)
        {
            return false;
        }
    }
}
