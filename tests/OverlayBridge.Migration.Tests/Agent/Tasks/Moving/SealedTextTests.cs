namespace OverlayBridge.Migration.Agent.Tasks.Moving;

public sealed class SealedTextTests
{
    [Fact]
    public void A_text_is_opened_by_its_own_key_alone_and_not_when_it_was_changed()
    {
        var (key, other) = (SealedText.NewKey(), SealedText.NewKey());
        var text = new string('ä', 100_000);
        var closed = SealedText.Seal(text, key.PublicPart);

        Assert.Equal(text, SealedText.TryOpen(closed, key));
        Assert.Null(SealedText.TryOpen(closed, other));
        Assert.Null(SealedText.TryOpen("!", key));
        Assert.Null(SealedText.TryOpen("AAAA", key));
        var bytes = Convert.FromBase64String(closed);
        bytes[^1] ^= 1;
        Assert.Null(SealedText.TryOpen(Convert.ToBase64String(bytes), key));
        Assert.Throws<StepException>(static () => SealedText.Seal("x", "AAAA"));
        Assert.DoesNotContain(Convert.ToBase64String(key.PrivatePart), key.ToString(), StringComparison.Ordinal);
    }
}
