using OverlayBridge.Sources;
using OverlayBridge.Terminal;

namespace OverlayBridge.Tests.Terminal;

public sealed class ErrorPrinterTests
{
    [Fact]
    public void An_operators_error_is_three_lines_and_its_own_exit_code()
    {
        var (code, text) = Print(new OperatorException("It broke.", "A reason.", "Do this.", exitCode: 7), interruptedCode: null);

        Assert.Equal(7, code);
        Assert.Equal("error: It broke.\nwhy:   A reason.\nfix:   Do this.\n", text);
    }

    [Fact]
    public void A_message_of_several_lines_stays_three_lines_and_keeps_its_escapes_visible()
    {
        var (_, text) = Print(new SourceException("key\nforged: line", "\e[2Jwhy\r\nnot", "fix"), interruptedCode: null);

        Assert.Equal("error: key forged: line\nwhy:   \\x1b[2Jwhy not\nfix:   fix\n", text);
    }

    [Fact]
    public void A_signal_is_one_word_and_its_exit_code() =>
        Assert.Equal((130, "Stopped.\n"), Print(new OperationCanceledException(), interruptedCode: 130));

    [Fact]
    public void A_cancellation_that_nobody_asked_for_is_reported_as_a_defect()
    {
        var (code, text) = Print(new TaskCanceledException("A timeout."), interruptedCode: null);

        Assert.Equal(1, code);
        Assert.StartsWith("error: Internal error: TaskCanceledException: A timeout.", text, StringComparison.Ordinal);
    }

    private static (int Code, string Text) Print(Exception exception, int? interruptedCode)
    {
        using var error = new StringWriter { NewLine = "\n" };
        var code = ErrorPrinter.Print(error, exception, interruptedCode);
        return (code, error.ToString());
    }
}
