using OverlayBridge.Store.Records;
using OverlayBridge.Store.Snapshots;
using OverlayBridge.Store.State;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands.Cluster;

/// <summary>A snapshot as a file: for this user alone, complete or not there at all.</summary>
internal static class SnapshotFile
{
    private const long MaxBytes = 256L << 20;

    /// <exception cref="OperatorException">The bytes are no complete snapshot.</exception>
    public static StoreState Check(string from, ReadOnlyMemory<byte> snapshot)
    {
        try
        {
            return StoreSnapshot.Read(snapshot);
        }
        catch (DamagedDataException e)
        {
            throw new OperatorException(
                $"{from} gives no snapshot that can be used.", e.Message,
                "Take one made by 'overlaybridge cluster snapshot'. What 'consul snapshot save' or 'overlaybridge dump' made is for 'overlaybridge import FILE --to bridge://…'.", inner: e);
        }
    }

    /// <exception cref="OperatorException">The file cannot be read.</exception>
    public static async Task<byte[]> ReadAsync(string file, CancellationToken token)
    {
        try
        {
            if (new FileInfo(file).Length > MaxBytes)
                throw new OperatorException($"{file} is too large.", $"A snapshot has at most {MaxBytes >> 20} MiB.", "Name a file made by 'overlaybridge cluster snapshot'.");
            return await File.ReadAllBytesAsync(file, token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OperatorException($"Cannot read {file}.", e.Message, "Name a file made by 'overlaybridge cluster snapshot'.", inner: e);
        }
    }

    /// <exception cref="OperatorException">It cannot be written, or is there already.</exception>
    public static async Task WriteAsync(string file, byte[] snapshot, bool force, CancellationToken token)
    {
        var full = Path.GetFullPath(file);
        if (!force && File.Exists(full))
            throw new OperatorException($"{file} exists.", "A snapshot is not to be lost by mistake.", "Give another name, or --force to replace it.");
        var beside = $"{full}.{Path.GetRandomFileName()}.tmp";
        try
        {
            await WriteNewAsync(beside, snapshot, token).ConfigureAwait(false);
            File.Move(beside, full, force);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OperatorException($"Cannot write {file}.", e.Message, "Name a file in a folder that exists and that you may write to.", inner: e);
        }
        finally
        {
            File.Delete(beside);
        }
    }

    private static async Task WriteNewAsync(string path, byte[] snapshot, CancellationToken token)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using var stream = new FileStream(path, options);
        await stream.WriteAsync(snapshot, token).ConfigureAwait(false);
        stream.Flush(flushToDisk: true);
    }
}
