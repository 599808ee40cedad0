using System.Globalization;

namespace OverlayBridge.LabTests.Lifecycle;

/// <summary>The machine's processes as the kernel shows them; of one that ended in the meantime, nothing.</summary>
internal static class ProcTable
{
    private static readonly string[] Kinds = ["net", "mnt", "pid", "uts", "ipc"];

    public static IEnumerable<int> ProcessIds() => Directory.EnumerateDirectories("/proc")
        .Select(path => int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out var pid) ? pid : 0).Where(pid => pid > 0);

    /// <summary>0 for none.</summary>
    public static int ParentOf(int pid) => Stat(pid) is [_, var parent, ..] ? int.Parse(parent, CultureInfo.InvariantCulture) : 0;

    /// <summary>Tells apart two processes that had the same id one after the other.</summary>
    public static string? StartTime(int pid) => Stat(pid) is { Length: > 19 } stat ? stat[19] : null;

    public static string? NameOf(int pid) => ReadOrNull(pid, "comm")?.Trim();

    public static string[] ArgumentsOf(int pid) => ReadOrNull(pid, "cmdline")?.TrimEnd('\0').Split('\0') ?? [];

    /// <summary>Such as "net:[4026532208]".</summary>
    public static IEnumerable<string> NamespacesOf(int pid) =>
        Kinds.Select(kind => LinkOrNull($"/proc/{pid}/ns/{kind}")).OfType<string>();

    /// <summary>The fields of proc(5) stat from the third one, state, on.</summary>
    private static string[]? Stat(int pid) =>
        ReadOrNull(pid, "stat") is { } text ? text[(text.LastIndexOf(')') + 2)..].Split(' ') : null;

    private static string? ReadOrNull(int pid, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/{file}");
        }
        catch (IOException)
        {
            return null; // the process ended while we looked
        }
    }

    private static string? LinkOrNull(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (IOException)
        {
            return null; // the process ended while we looked
        }
    }
}
