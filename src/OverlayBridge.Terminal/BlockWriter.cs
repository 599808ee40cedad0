using System.Text;

namespace OverlayBridge.Terminal;

/// <summary>
/// Gathers small pieces and hands them on in blocks: the process's own stdout flushes at every write, and a report is made of very many. Ends
/// with <see cref="Flush"/>; what it writes to stays open.
/// </summary>
public sealed class BlockWriter(TextWriter output) : TextWriter
{
    private const int BlockLetters = 16 * 1024;

    private readonly char[] _block = new char[BlockLetters];
    private int _used;

    public override Encoding Encoding => output.Encoding;

    public override void Write(char value) => Write([value]);

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(ReadOnlySpan<char> buffer)
    {
        while (!buffer.IsEmpty)
        {
            if (_used == BlockLetters)
                Flush();
            var part = buffer[..Math.Min(buffer.Length, BlockLetters - _used)];
            part.CopyTo(_block.AsSpan(_used));
            _used += part.Length;
            buffer = buffer[part.Length..];
        }
    }

    public override void Flush()
    {
        output.Write(_block, 0, _used);
        _used = 0;
    }
}
