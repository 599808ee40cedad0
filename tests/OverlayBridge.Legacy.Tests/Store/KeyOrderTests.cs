using System.Text;
using OverlayBridge.Legacy.Store;

namespace OverlayBridge.Legacy.Tests.Store;

public class KeyOrderTests
{
    private static readonly string[] Pieces = ["", "a", "/", "b", "\u007f", "\u00e9", "\ud7ff", "\ue000", "\uffff", "\U00010000", "\U0010ffff"];

    [Fact]
    public void Keys_are_ordered_as_their_UTF8_bytes_are()
    {
        var keys = (from x in Pieces from y in Pieces from z in Pieces select x + y + z).Distinct().ToArray();
        foreach (var x in keys)
            foreach (var y in keys)
                Assert.Equal(
                    Math.Sign(Encoding.UTF8.GetBytes(x).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y))),
                    Math.Sign(KeyOrder.Instance.Compare(x, y)));
    }

    [Fact]
    public void No_key_comes_before_every_key()
    {
        Assert.Equal(0, KeyOrder.Instance.Compare(null, null));
        Assert.True(KeyOrder.Instance.Compare(null, "") < 0);
        Assert.True(KeyOrder.Instance.Compare("", null) > 0);
    }
}
