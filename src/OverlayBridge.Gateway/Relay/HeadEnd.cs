using System.Buffers;

namespace OverlayBridge.Gateway.Relay;

/// <summary>Looks for the end of a head, the first empty line, in what has arrived so far. Each byte of finished lines is looked at once.</summary>
internal struct HeadEnd
{
    private long _scanned;

    /// <summary>Length of the head with its empty line.</summary>
    /// <param name="arrived">All that has arrived, from the head's first byte on.</param>
    public bool TryFind(ReadOnlySequence<byte> arrived, out long length)
    {
        var reader = new SequenceReader<byte>(arrived);
        reader.Advance(_scanned);
        while (reader.TryReadTo(out ReadOnlySequence<byte> line, (byte)'\n'))
        {
            if (line.IsEmpty || line.Length == 1 && line.FirstSpan[0] == '\r')
            {
                length = reader.Consumed;
                return true;
            }
            _scanned = reader.Consumed;
        }
        length = 0;
        return false;
    }
}
