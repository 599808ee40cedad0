using System.Buffers;
using System.Text.Json;

namespace OverlayBridge.Sources.Json;

/// <summary>
/// Reads a JSON text of any length in pieces: structural tokens and property names one by one, or a whole value at once.
/// Only the piece at hand is in memory. All errors are <see cref="JsonPieceException"/> with the byte offset.
/// </summary>
/// <param name="bufferBytes">How much is read at once; more where a piece needs it.</param>
internal sealed class JsonPieces(Stream stream, int maxPieceBytes, int bufferBytes = JsonPieces.UsualBufferBytes) : IDisposable
{
    public const int UsualBufferBytes = 1 << 20;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = 64 };

    private byte[] buffer = ArrayPool<byte>.Shared.Rent(Math.Min(bufferBytes, maxPieceBytes));
    private int start;
    private int end;
    private bool complete;
    private JsonReaderState state = new(Options);
    private long bufferOffset;
    private int pieceStart;
    private int pieceLength;

    /// <summary>Type of the piece last read; of a whole value, its first token.</summary>
    public JsonTokenType Type { get; private set; }

    /// <summary>Bytes of the piece last read, valid until the next read.</summary>
    public ReadOnlySpan<byte> Piece => buffer.AsSpan(pieceStart, pieceLength);

    /// <summary>Offset of the piece's first byte from the start of the text.</summary>
    public long Offset => bufferOffset + pieceStart;

    /// <summary>Reads the next token; false at the end of a complete text.</summary>
    public ValueTask<bool> NextTokenAsync(CancellationToken token) => NextAsync(wholeValue: false, token);

    /// <summary>Reads the next value with all that is in it, or the token that ends its container.</summary>
    public ValueTask<bool> NextValueAsync(CancellationToken token) => NextAsync(wholeValue: true, token);

    /// <summary>The next bytes of the text, <paramref name="count"/> of them if there are so many; nothing is consumed.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> PeekAsync(int count, CancellationToken token)
    {
        while (!complete && end - start < count)
            await FillAsync(token).ConfigureAwait(false);
        return buffer.AsMemory(start, Math.Min(count, end - start));
    }

    /// <summary>What was read from the stream and not consumed yet; valid until the next read.</summary>
    public ReadOnlyMemory<byte> Buffered => buffer.AsMemory(start, end - start);

    /// <summary>Offset of the first byte not consumed yet from the start of the text.</summary>
    public long Position => bufferOffset + start;

    /// <summary>Passes over bytes that the JSON reader need not see: a byte order mark, or a whole element with the comma before it.</summary>
    public void Skip(int count) => start += count;

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
    }

    private async ValueTask<bool> NextAsync(bool wholeValue, CancellationToken token)
    {
        while (true)
        {
            switch (TryNext(wholeValue))
            {
                case Outcome.Piece:
                    return true;
                case Outcome.End:
                    return false;
                default:
                    await FillAsync(token).ConfigureAwait(false);
                    break;
            }
        }
    }

    private enum Outcome
    {
        Piece,
        End,
        NeedsMore,
    }

    private Outcome TryNext(bool wholeValue)
    {
        var reader = new Utf8JsonReader(buffer.AsSpan(start, end - start), complete, state);
        try
        {
            if (!reader.Read())
                return complete ? Outcome.End : Outcome.NeedsMore;
            Type = reader.TokenType;
            pieceStart = start + (int)reader.TokenStartIndex;
            if (wholeValue && !reader.TrySkip())
                return Outcome.NeedsMore;
        }
        catch (JsonException error)
        {
            throw complete && IsPrefixOfJson()
                ? new JsonPieceException(bufferOffset + end, "it ends in the middle", error) { IsCutOff = true }
                : new JsonPieceException(bufferOffset + start + reader.BytesConsumed, error.Message, error);
        }
        // With a property name the reader takes the colon too.
        pieceLength = Type == JsonTokenType.PropertyName ? reader.ValueSpan.Length + 2 : start + (int)reader.BytesConsumed - pieceStart;
        start += (int)reader.BytesConsumed;
        state = reader.CurrentState;
        return Outcome.Piece;
    }

    /// <summary>Whether the rest of the text has no fault but its end: read as if more could come, it gives no error.</summary>
    private bool IsPrefixOfJson()
    {
        var probe = new Utf8JsonReader(buffer.AsSpan(start, end - start), isFinalBlock: false, state);
        try
        {
            while (probe.Read())
            {
            }
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private async ValueTask FillAsync(CancellationToken token)
    {
        MakeRoom();
        var count = await stream.ReadAsync(buffer.AsMemory(end), token).ConfigureAwait(false);
        end += count;
        complete = count == 0;
    }

    private void MakeRoom()
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            bufferOffset += start;
            end -= start;
            start = 0;
        }
        if (end < buffer.Length)
            return;
        if (buffer.Length >= maxPieceBytes)
            throw new JsonPieceException(bufferOffset, $"one value is larger than {maxPieceBytes} bytes");
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(buffer.Length * 2L, maxPieceBytes));
        buffer.AsSpan(0, end).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }
}
