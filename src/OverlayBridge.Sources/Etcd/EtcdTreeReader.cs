using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using OverlayBridge.Sources.Json;
using OverlayBridge.Sources.Trees;

namespace OverlayBridge.Sources.Etcd;

/// <summary>
/// Reads the tree in the body of <c>GET /v2/keys/…?recursive=true</c>, one node in memory at a time:
/// <c>{"key","dir":true,"nodes":[…],"createdIndex","modifiedIndex"}</c> or <c>{"key","value","ttl",…}</c>.
/// </summary>
internal sealed class EtcdTreeReader(JsonPieces pieces, Action<TreeNode, long> add)
{
    private const string Children = "nodes";
    private static readonly ImmutableArray<string> KnownFields = ["key", "dir", "value", Children, "createdIndex", "modifiedIndex", "ttl"];

    private readonly Stack<Unfinished> open = new();

    private sealed class Unfinished(long offset)
    {
        public long Offset { get; } = offset;

        /// <summary>Bit N: field N of the known ones was there.</summary>
        public int Seen { get; set; }

        public string Path { get; set; } = "";

        public bool IsDirectory { get; set; }

        public bool HasChildren { get; set; }

        public bool InChildren { get; set; }

        public string? Text { get; set; }

        public ulong CreatedAt { get; set; }

        public ulong ModifiedAt { get; set; }

        public ulong? SecondsLeft { get; set; }
    }

    /// <summary>Reads the node that comes next, with all below it.</summary>
    public async ValueTask ReadAsync(CancellationToken token)
    {
        await pieces.NextTokenAsync(token).ConfigureAwait(false);
        Begin();
        while (open.Count > 0)
        {
            if (!await pieces.NextTokenAsync(token).ConfigureAwait(false))
                throw new JsonPieceException(pieces.Offset, "it ends in the middle") { IsCutOff = true };
            switch (pieces.Type)
            {
                case JsonTokenType.EndObject:
                    End();
                    break;
                case JsonTokenType.EndArray:
                    open.Peek().InChildren = false;
                    break;
                case JsonTokenType.PropertyName:
                    await ReadFieldAsync(open.Peek(), token).ConfigureAwait(false);
                    break;
                default:
                    Begin();
                    break;
            }
        }
    }

    private void Begin()
    {
        if (pieces.Type != JsonTokenType.StartObject || (open.Count > 0 && !open.Peek().InChildren))
            throw new JsonPieceException(pieces.Offset, $"an object, a node of etcd, is expected here, not {pieces.Type}");
        open.Push(new(pieces.Offset));
    }

    private void End()
    {
        var node = open.Pop();
        if (open.TryPeek(out var parent))
        {
            parent.HasChildren = true;
            if (node.Path.Length < 2)
                throw new JsonPieceException(node.Offset, "'key' is missing");
        }
        if (!node.IsDirectory && node.Text is null)
            throw new JsonPieceException(node.Offset, "it has neither 'value' nor 'dir'") { Key = node.Path };
        ImmutableArray<byte>? value = node.IsDirectory ? null : ImmutableCollectionsMarshal.AsImmutableArray(Encoding.UTF8.GetBytes(node.Text!));
        add(new(node.Path, value, node.HasChildren, node.CreatedAt, node.ModifiedAt)
        {
            Lease = node.SecondsLeft is { } seconds && !node.IsDirectory ? Lease.OfEtcdKey(node.Path, seconds) : null,
        }, node.Offset);
    }

    private async ValueTask ReadFieldAsync(Unfinished node, CancellationToken token)
    {
        var name = ObjectFields.StringOf(pieces.Piece, pieces.Offset);
        var bit = KnownFields.IndexOf(name) is var field and >= 0 ? 1 << field : 0;
        if ((node.Seen & bit) != 0)
            throw new JsonPieceException(pieces.Offset, $"'{name}' stands there twice") { Key = node.Path };
        node.Seen |= bit;
        if (name == Children)
        {
            await pieces.NextTokenAsync(token).ConfigureAwait(false);
            node.InChildren = pieces.Type == JsonTokenType.StartArray;
            if (!node.InChildren && pieces.Type != JsonTokenType.Null)
                throw new JsonPieceException(pieces.Offset, "'nodes' must be an array") { Key = node.Path };
            return;
        }
        await pieces.NextValueAsync(token).ConfigureAwait(false);
        switch (name)
        {
            case "key": node.Path = PathOf(); break;
            case "dir": node.IsDirectory = pieces.Type == JsonTokenType.True; break;
            case "value": node.Text = ObjectFields.StringOf(pieces.Piece, pieces.Offset); break;
            case "createdIndex": node.CreatedAt = NumberOf(name); break;
            case "modifiedIndex": node.ModifiedAt = NumberOf(name); break;
            case "ttl": node.SecondsLeft = SecondsOf(); break;
            default: break;
        }
    }

    private string PathOf()
    {
        var path = ObjectFields.StringOf(pieces.Piece, pieces.Offset).TrimEnd('/');
        return path.Length == 0 || path[0] == '/' ? path : throw new JsonPieceException(pieces.Offset, "'key' must begin with a slash") { Key = path };
    }

    private ulong NumberOf(string name) => ObjectFields.UInt64Of(pieces.Piece, pieces.Offset, name);

    /// <summary>A key that is just being removed shows a TTL of 0 or less.</summary>
    private ulong SecondsOf() => pieces.Piece is [(byte)'-', ..] ? 0 : NumberOf("ttl");
}
