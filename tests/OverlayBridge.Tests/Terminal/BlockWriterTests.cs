using OverlayBridge.Terminal;

namespace OverlayBridge.Tests.Terminal;

public sealed class BlockWriterTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(16383, 1)]
    [InlineData(16384, 16384)]
    [InlineData(5, 40_000)]
    public void What_is_written_in_pieces_arrives_whole_and_in_order(int first, int second)
    {
        var (one, two) = (new string('a', first), new string('b', second));
        using var arrived = new StringWriter();
        using var blocks = new BlockWriter(arrived);

        blocks.Write(one);
        blocks.Write(two);
        blocks.Write('.');
        blocks.Flush();

        Assert.Equal(one + two + ".", arrived.ToString());
    }
}
