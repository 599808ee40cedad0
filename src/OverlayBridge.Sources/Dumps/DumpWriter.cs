using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Sources.Json;

namespace OverlayBridge.Sources.Dumps;

/// <summary>
/// Writes a dump of our own: one JSON object <c>{formatVersion, source, index, taken, entries, sessions}</c>, entries and
/// sessions with Consul's field names; sessions is null when the source knows none.
/// </summary>
public static class DumpWriter
{
    public const int FormatVersion = 1;

    private const int FlushEveryBytes = 64 << 10;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>
    /// Writes <paramref name="image"/> to <paramref name="path"/>, packed by gzip when that ends in <c>.gz</c>. The file is
    /// written beside its place, readable by the owner only, and appears there complete or not at all.
    /// </summary>
    /// <exception cref="SourceException">The file exists and <paramref name="overwrite"/> is false, or it cannot be written.</exception>
    public static async Task WriteAsync(
        StoreImage image, string path, bool overwrite, TimeProvider time, IProgress<TransferProgress>? progress, CancellationToken token)
    {
        if (!overwrite && Path.Exists(path))
            throw AlreadyThere(path, null);
        var beside = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/", $".{Path.GetFileName(path)}.{Guid.NewGuid():N}.part");
        try
        {
            await WriteFileAsync(image, beside, path, time.GetUtcNow(), progress, token).ConfigureAwait(false);
            Publish(beside, path, overwrite);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SourceException($"file:{path} cannot be written.", error.Message, "Check the folder, its owner and the space left.", error);
        }
        finally
        {
            // Gone already when it was published.
            if (File.Exists(beside))
                File.Delete(beside);
        }
    }

    private static void Publish(string beside, string path, bool overwrite)
    {
        try
        {
            File.Move(beside, path, overwrite);
        }
        catch (IOException error) when (!overwrite && Path.Exists(path))
        {
            throw AlreadyThere(path, error);
        }
    }

    private static async Task WriteFileAsync(
        StoreImage image, string beside, string path, DateTimeOffset taken, IProgress<TransferProgress>? progress, CancellationToken token)
    {
        var creation = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows())
            creation.UnixCreateMode = OwnerOnly;
        await using var file = new FileStream(beside, creation);
        if (path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
        {
            await using var packed = new GZipStream(file, CompressionLevel.Optimal, leaveOpen: true);
            await WriteJsonAsync(image, packed, taken, progress, token).ConfigureAwait(false);
        }
        else
        {
            await WriteJsonAsync(image, file, taken, progress, token).ConfigureAwait(false);
        }
        file.Flush(flushToDisk: true);
    }

    private static async Task WriteJsonAsync(
        StoreImage image, Stream stream, DateTimeOffset taken, IProgress<TransferProgress>? progress, CancellationToken token)
    {
        await using var json = new Utf8JsonWriter(stream);
        json.WriteStartObject();
        json.WriteNumber("formatVersion"u8, FormatVersion);
        json.WriteString("source"u8, image.Source);
        json.WriteNumber("index"u8, image.Index);
        json.WriteString("taken"u8, taken.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        json.WriteStartArray("entries"u8);
        for (var i = 0; i < image.Entries.Length; i++)
        {
            json.WriteStartObject();
            StoreJson.WriteFields(json, image.Entries[i]);
            json.WriteEndObject();
            if (json.BytesPending < FlushEveryBytes)
                continue;
            await json.FlushAsync(token).ConfigureAwait(false);
            progress?.Report(new("writing the dump", i + 1, image.Entries.Length, json.BytesCommitted));
        }
        json.WriteEndArray();
        WriteSessions(json, image);
        json.WriteEndObject();
        await json.FlushAsync(token).ConfigureAwait(false);
        await stream.WriteAsync("\n"u8.ToArray(), token).ConfigureAwait(false);
    }

    private static void WriteSessions(Utf8JsonWriter json, StoreImage image)
    {
        json.WritePropertyName("sessions"u8);
        if (!image.SessionsKnown)
        {
            json.WriteNullValue();
            return;
        }
        json.WriteStartArray();
        foreach (var session in image.Sessions)
        {
            json.WriteStartObject();
            StoreJson.WriteFields(json, session);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static SourceException AlreadyThere(string path, IOException? error) =>
        new($"file:{path} exists.", "A dump is never written over something else.", "Choose another name, or add --force.", error);
}
