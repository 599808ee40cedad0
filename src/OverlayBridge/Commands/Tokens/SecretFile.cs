using OverlayBridge.Terminal;

namespace OverlayBridge.Commands.Tokens;

/// <summary>A file with a token's secret and a line end, for its owner alone. It is made before the secret is, and gone again when that does not come.</summary>
internal sealed class SecretFile : IDisposable
{
    private const int MaxBytes = 4096;

    private readonly string _path;
    private readonly FileStream _file;
    private bool _written;

    private SecretFile(string path, FileStream file) => (_path, _file) = (path, file);

    /// <exception cref="OperatorException">It is there already, or cannot be made.</exception>
    public static SecretFile New(string path)
    {
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            return new SecretFile(path, new FileStream(path, options));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OperatorException(
                $"The secret cannot be written to {path}; no token was made.", e.Message, "Name a file that does not exist yet, in a folder that you may write to.", inner: e);
        }
    }

    /// <exception cref="OperatorException">It cannot be read.</exception>
    public static async Task<string> ReadAsync(string path, CancellationToken token)
    {
        try
        {
            return new FileInfo(path).Length <= MaxBytes
                ? (await File.ReadAllTextAsync(path, token).ConfigureAwait(false)).Trim()
                : throw new OperatorException($"{path} holds no secret.", $"It is larger than {MaxBytes} bytes.", "Give a file with the secret and nothing else.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OperatorException($"{path} with the secret cannot be read.", e.Message, "Give a file that you may read.", inner: e);
        }
    }

    public async Task WriteAsync(string secret)
    {
        await _file.WriteAsync(System.Text.Encoding.UTF8.GetBytes($"{secret}\n")).ConfigureAwait(false);
        _file.Flush(flushToDisk: true);
        _written = true;
    }

    public void Dispose()
    {
        _file.Dispose();
        if (!_written)
            File.Delete(_path);
    }
}
