using OverlayBridge.Terminal;

namespace OverlayBridge.Commands.Network;

/// <summary>Progress as lines on stderr, in order: unlike <see cref="Progress{T}"/> it does not go through the thread pool.</summary>
internal sealed class ProgressLines(CommandOutput output) : IProgress<string>
{
    public void Report(string value) => output.Progress(value);
}
