using System.Text;
using CsCheck;
using OverlayBridge.Reports.Text;

namespace OverlayBridge.Reports.Tests.Text;

public sealed class Utf8TextStreamTests
{
    [Fact]
    public void Bytes_in_pieces_of_any_size_become_the_text_that_they_spell() => Gen.Select(Gen.String, Gen.Int[1, 5000]).Sample((text, size) =>
    {
        var bytes = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(text + "é€😀", 30)));
        var written = WholeForms.Whole(output =>
        {
            using var stream = new Utf8TextStream(output);
            foreach (var piece in bytes.Chunk(size))
                stream.Write(piece);
        });

        Assert.Equal(Encoding.UTF8.GetString(bytes), written);
    });
}
