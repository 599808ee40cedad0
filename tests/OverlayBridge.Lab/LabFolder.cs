using System.Text.Json;

namespace OverlayBridge.Lab;

/// <summary>What another process has to know of a lab to use it or to take it down; the rest follows from it.</summary>
internal sealed record LabState(int Legacy, int Swarm, bool Consul, LabStore? Store = null, int Plain = 0);

/// <summary>
/// A lab's folder on disk. It is outside of /run, which every host has for itself, and on the disk, for the engines'
/// overlay2 can't lie on a tmpfs or overlay.
/// </summary>
internal sealed record LabFolder(string Name)
{
    public const string Root = "/var/lib/overlaybridge-lab";

    public string Path => $"{Root}/{Name}";

    /// <summary>Locked by the process that owns the lab, for as long as it lives.</summary>
    private string OwnerPath => $"{Path}/owner";

    /// <summary>Written when the lab is complete and no longer tied to the life of the process that made it.</summary>
    private string StatePath => $"{Path}/state.json";

    public string DockerConfigPath => $"{Path}/docker-config";

    public bool Exists => Directory.Exists(Path);

    public static IReadOnlyList<string> Names => Directory.Exists(Root)
        ? [.. Directory.EnumerateDirectories(Root).Select(path => System.IO.Path.GetFileName(path)).Order(StringComparer.Ordinal)]
        : [];

    public string NodePath(string node) => $"{Path}/{node}";

    /// <summary>The cgroup below which all containers of a host live, in every hierarchy that is mounted.</summary>
    public string CgroupParent(string node) => $"{Cgroup}/{node}";

    /// <summary>Shares no parent with other labs', so that it can be removed whole while others start.</summary>
    public string Cgroup => $"/overlaybridge-lab-{Name}";

    /// <exception cref="LabException">Another living process owns it.</exception>
    public FileStream TakeOwnership()
    {
        Directory.CreateDirectory(Path);
        try
        {
            return new FileStream(OwnerPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new LabException(
                $"lab {Name} was not started", "another process is just using this name", "choose another by --name, or wait", e);
        }
    }

    /// <summary>The nodes' logs, as NODE-PROGRAM.log, in place of those of an earlier lab.</summary>
    public void CopyLogs(string target)
    {
        if (Directory.Exists(target))
            Directory.Delete(target, recursive: true);
        Directory.CreateDirectory(target);
        foreach (var log in Directory.EnumerateDirectories(Path).SelectMany(node => Directory.EnumerateFiles(node, "*.log")))
        {
            var node = System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(log));
            File.Copy(log, System.IO.Path.Combine(target, $"{node}-{System.IO.Path.GetFileName(log)}"));
        }
    }

    public void WriteState(LabState state)
    {
        File.WriteAllText($"{StatePath}.new", JsonSerializer.Serialize(state));
        File.Move($"{StatePath}.new", StatePath); // there at once and whole, or not at all
    }

    public LabState? ReadState() =>
        File.Exists(StatePath) ? JsonSerializer.Deserialize<LabState>(File.ReadAllText(StatePath)) : null;
}
