using OverlayBridge.Terminal;

namespace OverlayBridge.Hosting;

/// <summary>The agent's part of the data folder, which one process at a time may use.</summary>
internal sealed class AgentFolder : IAsyncDisposable
{
    private const string IdFile = "id";

    private readonly string folder;
    private readonly FileStream held;

    private AgentFolder(string folder, FileStream held) => (this.folder, this.held) = (folder, held);

    /// <summary>Makes the folder when it is missing, for this user alone, and takes it.</summary>
    /// <exception cref="OperatorException">It is in use, or cannot be written.</exception>
    public static AgentFolder Open(string folder)
    {
        OwnerOnlyFiles.Enforce();
        try
        {
            Directory.CreateDirectory(folder);
            return new AgentFolder(folder, new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException e)
        {
            throw NotWritable(folder, e);
        }
        catch (IOException e)
        {
            throw Directory.Exists(folder) && IsHeld(e)
                ? new OperatorException($"The data folder {folder} is in use.", "Another agent works with it.", "Stop that agent, or give another folder with --data.", inner: e)
                : NotWritable(folder, e);
        }
    }

    /// <summary>The id of the agent that works here, made at its first start.</summary>
    /// <exception cref="OperatorException">It cannot be read or written.</exception>
    public string AgentId()
    {
        var file = Path.Combine(folder, IdFile);
        try
        {
            if (File.Exists(file) && Guid.TryParseExact(File.ReadAllText(file).Trim(), "N", out var known))
                return known.ToString("N");
            var made = Guid.NewGuid().ToString("N");
            File.WriteAllText(file + ".tmp", made + "\n");
            File.Move(file + ".tmp", file, overwrite: true);
            return made;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(folder, e);
        }
    }

    public ValueTask DisposeAsync() => held.DisposeAsync();

    /// <summary>EWOULDBLOCK of flock(2), which .NET hands on as the error's number.</summary>
    private static bool IsHeld(IOException error) => error.HResult == 11;

    private static OperatorException NotWritable(string folder, Exception error) =>
        new($"The data folder {folder} cannot be used.", error.Message, "Give a folder that this user may write with --data.", inner: error);
}
