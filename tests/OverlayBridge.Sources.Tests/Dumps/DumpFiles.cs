using System.IO.Compression;
using System.Text;
using OverlayBridge.Legacy.Store;

namespace OverlayBridge.Sources.Tests.Dumps;

/// <summary>Files of one test, in a folder of their own that goes with it.</summary>
internal sealed class DumpFiles : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("overlaybridge-dumps-");

    public string this[string name] => Path.Combine(folder.FullName, name);

    public string Folder => folder.FullName;

    public string Write(string name, byte[] content)
    {
        File.WriteAllBytes(this[name], content);
        return this[name];
    }

    public string Write(string name, string content) => Write(name, Encoding.UTF8.GetBytes(content));

    public static byte[] Gzip(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(content);
        return packed.ToArray();
    }

    public static async Task<StoreImage> ReadAsync(string path, SourceOptions? options = null)
    {
        using var source = SourceFactory.Open(StateUri.Parse(path), options);
        return await source.ReadAsync(TestContext.Current.CancellationToken);
    }

    public static Task<SourceException> RefusedAsync(string path, SourceOptions? options = null) =>
        Assert.ThrowsAsync<SourceException>(() => ReadAsync(path, options));

    public void Dispose() => folder.Delete(recursive: true);
}
