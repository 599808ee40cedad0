using System.Globalization;

namespace OverlayBridge.Lab.Processes;

/// <summary>
/// Finds the lab's own processes in /proc. Every process that the lab starts holds a marker file of its own open as file
/// descriptor 9; so it is known without doubt, by whichever process looks and after whatever crash, and a process id that
/// was given to somebody else is never mistaken for it. Children inherit the descriptor unless they close it.
/// </summary>
internal static class ProcFs
{
    /// <summary>The descriptor that the marker is open as; scripts say the number too.</summary>
    private const int MarkerDescriptor = 9;

    /// <summary>Ids, in this process's namespace, of all that hold the marker, or a file below it if it is a folder.</summary>
    public static IReadOnlyList<int> HoldersOf(string marker) =>
        [.. ProcessIds().Where(pid => Marker(pid) is { } held && (held == marker || held.StartsWith(marker + "/", StringComparison.Ordinal)))];

    /// <summary>The holder that has this id inside its own, nested process-id namespace.</summary>
    public static int? FindNested(string marker, int innerPid) =>
        HoldersOf(marker).Where(pid => HasInnerId(pid, innerPid)).Select(pid => (int?)pid).FirstOrDefault();

    /// <summary>Does it hold the marker, and have this id inside its own, nested process-id namespace?</summary>
    public static bool Holds(int pid, string marker, int innerPid) => Marker(pid) == marker && HasInnerId(pid, innerPid);

    /// <summary>Is it in a process-id namespace below this process's own?</summary>
    public static bool IsNested(int pid) => NamespacedIds(pid).Length > 1;

    /// <summary>Is even its id free again? An engine that finds its predecessor's id in use does not start.</summary>
    public static bool IsReaped(int pid) => !Directory.Exists($"/proc/{pid}");

    /// <summary>One that has ended, but that its parent has not yet asked about, does not count.</summary>
    public static bool Exists(int pid) => Directory.Exists($"/proc/{pid}") && !IsZombie(pid);

    /// <summary>The network namespaces that a process's threads are in, such as "net:[4026532208]".</summary>
    public static IReadOnlySet<string> ThreadNetworkNamespaces(int pid) =>
        Directory.EnumerateDirectories($"/proc/{pid}/task").Select(thread => LinkOrNull($"{thread}/ns/net")).OfType<string>().ToHashSet();

    /// <summary>The namespaces that are kept by a mount which the process sees.</summary>
    public static IReadOnlySet<string> MountedNamespaces(int pid) =>
        File.ReadLines($"/proc/{pid}/mountinfo").Select(line => line.Split(' ')[3]) // proc(5): the root of the mount
            .Where(root => root.StartsWith("net:", StringComparison.Ordinal)).ToHashSet();

    public static IEnumerable<int> ProcessIds() =>
        Directory.EnumerateDirectories("/proc")
            .Select(path => int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out var pid) ? pid : 0)
            .Where(pid => pid > 0);

    /// <summary>A file of a process, such as "status"; null when the process ended in the meantime.</summary>
    public static string? ReadOrNull(int pid, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/{file}");
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>What a link below /proc leads to; null when the process ended in the meantime.</summary>
    public static string? LinkOrNull(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static bool HasInnerId(int pid, int innerPid) => NamespacedIds(pid) is [_, .., var inner] && inner == innerPid;

    private static string? Marker(int pid) => LinkOrNull($"/proc/{pid}/fd/{MarkerDescriptor}");

    private static int[] NamespacedIds(int pid) =>
        Status(pid, "NSpid:")?.Split('\t', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(id => int.Parse(id, CultureInfo.InvariantCulture)).ToArray() ?? [];

    private static bool IsZombie(int pid) => Status(pid, "State:") is null or ['Z' or 'X', ..];

    private static string? Status(int pid, string field) => ReadOrNull(pid, "status")?.Split('\n')
        .FirstOrDefault(line => line.StartsWith(field, StringComparison.Ordinal))?[field.Length..].Trim();
}
