using System.Text;
using OverlayBridge.Plans;
using OverlayBridge.Terminal;
using OverlayBridge.Yaml;

namespace OverlayBridge.Commands.Plans;

/// <summary>Plan files on disk.</summary>
internal static class PlanFiles
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="OperatorException">It cannot be read, or is too large.</exception>
    public static async Task<SourceText> ReadAsync(string path, CancellationToken token)
    {
        try
        {
            using var file = new StreamReader(path, Strict);
            var text = new StringBuilder();
            var block = new char[64 * 1024];
            for (int count; (count = await file.ReadBlockAsync(block, token).ConfigureAwait(false)) > 0;)
                if (text.Append(block, 0, count).Length > PlanFileLimits.LengthMax)
                    throw Unreadable(path, $"It has more than {PlanFileLimits.LengthMax} characters.", null);
            return new(path, text.ToString());
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or DecoderFallbackException or ArgumentException or NotSupportedException)
        {
            throw Unreadable(path, failure.Message, failure);
        }
    }

    /// <summary>Reads and judges a plan.</summary>
    /// <exception cref="OperatorException">The file cannot be read.</exception>
    public static async Task<PlanReading> JudgeAsync(string path, CancellationToken token) => PlanReading.Of(await ReadAsync(path, token).ConfigureAwait(false));

    /// <summary>Puts a new text in the place of a plan: beside it first, so that no reader and no crash sees half of it. Its access rights stay.</summary>
    /// <exception cref="OperatorException">It cannot be written.</exception>
    public static async Task ReplaceAsync(string path, string text, CancellationToken token)
    {
        var full = Path.GetFullPath(path);
        var beside = $"{full}.{Path.GetRandomFileName()}.tmp";
        try
        {
            await File.WriteAllTextAsync(beside, text, Strict, token).ConfigureAwait(false);
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(beside, File.GetUnixFileMode(full));
            File.Move(beside, full, overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new OperatorException($"Cannot write {path}.", failure.Message, "The plan is as it was. Make sure that you may write to the file and its folder.", inner: failure);
        }
        finally
        {
            if (File.Exists(beside))
                File.Delete(beside);
        }
    }

    private static OperatorException Unreadable(string path, string why, Exception? inner) =>
        new($"Cannot read {path}.", why, "Name a plan file that is there and that you may read; 'overlaybridge plan create' makes one.", inner: inner);
}
