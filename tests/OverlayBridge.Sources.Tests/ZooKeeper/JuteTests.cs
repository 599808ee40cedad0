using CsCheck;
using OverlayBridge.Sources.ZooKeeper;

namespace OverlayBridge.Sources.Tests.ZooKeeper;

public class JuteTests
{
    [Fact]
    public void What_is_written_is_read_again() =>
        Gen.Select(Gen.Int, Gen.Long, Gen.Bool, Gen.String[Gen.Char['a', 'ÿ'], 0, 20]).Sample(static (number, large, flag, text) =>
        {
            var packet = new JuteWriter().Int32(number).Int64(large).Text(text).Bool(flag).ToPacket();
            var reader = new JuteReader(packet);
            Assert.Equal(packet.Length - sizeof(int), reader.Int32());
            Assert.Equal((number, large, text), (reader.Int32(), reader.Int64(), reader.Text()));
            Assert.Equal(1, reader.Left);
        });

    [Fact]
    public void Any_bytes_give_values_or_a_ProtocolException() =>
        Gen.Byte.Array[0, 90].Sample(static bytes =>
        {
            try
            {
                var reader = new JuteReader(bytes);
                reader.Count(sizeof(int));
                reader.Text();
                ZooKeeperStat.Read(ref reader);
            }
            catch (ProtocolException error)
            {
                Assert.NotEmpty(error.Message);
            }
        });
}
