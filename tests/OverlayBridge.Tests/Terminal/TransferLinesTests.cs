using Microsoft.Extensions.Time.Testing;
using OverlayBridge.Commands;
using OverlayBridge.Sources;
using OverlayBridge.Terminal;

namespace OverlayBridge.Tests.Terminal;

public sealed class TransferLinesTests
{
    [Fact]
    public void A_long_transfer_tells_a_line_a_second_and_a_short_one_nothing()
    {
        var time = new FakeTimeProvider();
        using var error = new StringWriter { NewLine = "\n" };
        var lines = new TransferLines(Output(error), time);

        lines.Report(new TransferProgress("reading", 1, 100, 1_000));
        time.Advance(TimeSpan.FromMilliseconds(999));
        lines.Report(new TransferProgress("reading", 2, 100, 2_000));
        Assert.Empty(error.ToString());

        time.Advance(TimeSpan.FromMilliseconds(1));
        lines.Report(new TransferProgress("reading", 50, 100, 2_500_000));
        lines.Report(new TransferProgress("reading", 51, 100, 2_600_000));
        Assert.Equal("reading: 50 of 100 keys, 2.5 MB\n", error.ToString());
    }

    private static CommandOutput Output(TextWriter error)
    {
        var surroundings = new Surroundings { Error = error };
        var parse = RootCommandFactory.Create().Parse(["demo"]);
        CommandOutput? output = null;
        parse.CommandResult.Command.SetAction(parsed => output = CommandOutput.Of(parsed));
        parse.Invoke(surroundings);
        return output!;
    }
}
