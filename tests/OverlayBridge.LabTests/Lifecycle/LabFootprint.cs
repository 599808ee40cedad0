using OverlayBridge.Lab;
using OverlayBridge.Lab.Processes;

namespace OverlayBridge.LabTests.Lifecycle;

/// <summary>
/// Everything that a lab has on this machine at one moment, found from the kernel's side, not from the lab's own records:
/// all descendants of its nodes' process 1, and the namespaces that these are in. Other labs on the machine are no part of it.
/// </summary>
internal sealed class LabFootprint
{
    private readonly LabFolder _folder;
    private readonly Dictionary<int, string> _processes; // id -> start time, so that a reused id is not taken for the same process
    private readonly HashSet<string> _namespaces;

    private LabFootprint(LabFolder folder, Dictionary<int, string> processes, HashSet<string> namespaces)
    {
        _folder = folder;
        _processes = processes;
        _namespaces = namespaces;
        Programs = [.. processes.Keys.Select(pid => ProcTable.NameOf(pid)).OfType<string>().Order(StringComparer.Ordinal)];
    }

    /// <summary>The names of all its processes.</summary>
    public IReadOnlyList<string> Programs { get; }

    public int NetworkNamespaces => _namespaces.Count(name => name.StartsWith("net:", StringComparison.Ordinal));

    public static LabFootprint Capture(string labName)
    {
        var folder = new LabFolder(labName);
        var parents = ProcFs.ProcessIds().ToDictionary(pid => pid, ProcTable.ParentOf);
        var inside = ProcFs.HoldersOf(folder.Path).Where(ProcFs.IsNested).ToHashSet();
        int added;
        do
        {
            added = inside.Count;
            inside.UnionWith(parents.Where(pair => inside.Contains(pair.Value)).Select(pair => pair.Key));
        }
        while (inside.Count > added);
        var all = ProcFs.HoldersOf(folder.Path).Concat(inside).Distinct().Where(pid => ProcTable.StartTime(pid) is not null);
        return new LabFootprint(
            folder, all.ToDictionary(pid => pid, pid => ProcTable.StartTime(pid) ?? string.Empty),
            [.. inside.SelectMany(ProcTable.NamespacesOf).Except(ProcTable.NamespacesOf(Environment.ProcessId))]);
    }

    /// <summary>What of it is still there, or is there of the same lab again.</summary>
    public IReadOnlyList<string> Remains() =>
    [
        .. _processes.Where(process => ProcFs.Exists(process.Key) && ProcTable.StartTime(process.Key) == process.Value)
            .Select(process => $"process {process.Key} {ProcTable.NameOf(process.Key)}"),
        .. ProcFs.HoldersOf(_folder.Path).Select(pid => $"process {pid} of the lab"),
        .. ProcFs.ProcessIds().SelectMany(ProcTable.NamespacesOf).Where(_namespaces.Contains).Distinct().Select(name => $"namespace {name}"),
        .. File.ReadLines("/proc/self/mountinfo").Where(IsMountOfLab).Select(line => $"mount {line}"),
        .. Directory.EnumerateDirectories("/sys/fs/cgroup").Append("/sys/fs/cgroup").Select(hierarchy => hierarchy + _folder.Cgroup)
            .Where(Directory.Exists).Select(cgroup => $"cgroup {cgroup}"),
        .. _folder.Exists ? [$"folder {_folder.Path}"] : Array.Empty<string>(),
    ];

    private bool IsMountOfLab(string line) =>
        line.Contains($"{_folder.Path}/", StringComparison.Ordinal) || _namespaces.Any(name => line.Contains(name, StringComparison.Ordinal));
}
