using System.Text;
using OverlayBridge.Compose;
using OverlayBridge.Compose.Interpolation;
using OverlayBridge.Yaml;

namespace OverlayBridge.Commands.Compose;

/// <summary>Compose files where Compose looks for them: what a file names is found from that file's folder.</summary>
internal sealed class ComposeFilesOnDisk : IComposeFiles
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public SourceText Read(string path, string namedIn) => Read(Path.Combine(Path.GetDirectoryName(namedIn) ?? "", path));

    /// <exception cref="ComposeException">It cannot be read, or is too large.</exception>
    public static SourceText Read(string path)
    {
        try
        {
            using var file = new StreamReader(path, Strict);
            var letters = new char[ComposeLimits.FileLengthMax + 1];
            var count = file.ReadBlock(letters);
            return count <= ComposeLimits.FileLengthMax
                ? new(path, new string(letters, 0, count))
                : throw Unreadable(path, $"It has more than {ComposeLimits.FileLengthMax} characters.", null);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or DecoderFallbackException or ArgumentException or NotSupportedException)
        {
            throw Unreadable(path, failure.Message, failure);
        }
    }

    /// <summary>The variables of <c>--env-file</c>, or of <c>.env</c> beside the first file if it is there.</summary>
    /// <exception cref="ComposeException">It cannot be read.</exception>
    public static IReadOnlyDictionary<string, string> Variables(string? envFile, string firstFile, IReadOnlyDictionary<string, string> outer)
    {
        var path = envFile ?? Path.Combine(Path.GetDirectoryName(firstFile) ?? "", ".env");
        return envFile is null && !File.Exists(path) ? new Dictionary<string, string>() : DotEnv.Parse(Read(path), outer);
    }

    private static ComposeException Unreadable(string path, string why, Exception? inner) =>
        new($"Cannot read {path}.", null, why, "Name a Compose file, or a file that one names, that is there and that you may read.", inner);
}
