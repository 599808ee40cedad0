using OverlayBridge.Gateway.Relay;
using OverlayBridge.Serve.Relay;

namespace OverlayBridge.Tests.Relay;

public sealed class RelayLedgerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.File("relay.json");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_remembered_is_read_again_and_nothing_before()
    {
        var ledger = new RelayLedger(Path);
        Assert.Equal(RelayMemory.None, ledger.Read());
        foreach (var stance in Enum.GetValues<RelayStance>())
        {
            ledger.Write(new RelayMemory("t1", stance));
            Assert.Equal(new RelayMemory("t1", stance), new RelayLedger(Path).Read());
        }
        ledger.Delete();
        Assert.Equal(RelayMemory.None, ledger.Read());
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{\"formatVersion\":2,\"takeoverId\":\"t\",\"stance\":\"passing\"}")]
    [InlineData("{\"formatVersion\":1,\"takeoverId\":\"t\",\"stance\":\"flying\"}")]
    [InlineData("{\"formatVersion\":1,\"takeoverId\":null,\"stance\":\"Passing\"}")]
    public void A_damaged_file_is_told(string content)
    {
        File.WriteAllText(Path, content);
        Assert.Throws<InvalidDataException>(() => new RelayLedger(Path).Read());
    }
}
