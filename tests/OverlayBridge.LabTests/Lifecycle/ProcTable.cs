using System.Globalization;
using OverlayBridge.Lab.Processes;

namespace OverlayBridge.LabTests.Lifecycle;

/// <summary>More of what the kernel shows of a process; of one that ended in the meantime, nothing.</summary>
internal static class ProcTable
{
    private static readonly string[] Kinds = ["net", "mnt", "pid", "uts", "ipc"];

    /// <summary>0 for none.</summary>
    public static int ParentOf(int pid) => Stat(pid) is [_, var parent, ..] ? int.Parse(parent, CultureInfo.InvariantCulture) : 0;

    /// <summary>Tells apart two processes that had the same id one after the other.</summary>
    public static string? StartTime(int pid) => Stat(pid) is { Length: > 19 } stat ? stat[19] : null;

    public static string? NameOf(int pid) => ProcFs.ReadOrNull(pid, "comm")?.Trim();

    public static string[] ArgumentsOf(int pid) => ProcFs.ReadOrNull(pid, "cmdline")?.TrimEnd('\0').Split('\0') ?? [];

    /// <summary>Such as "net:[4026532208]".</summary>
    public static IEnumerable<string> NamespacesOf(int pid) =>
        Kinds.Select(kind => ProcFs.LinkOrNull($"/proc/{pid}/ns/{kind}")).OfType<string>();

    /// <summary>The fields of proc(5) stat from the third one, state, on.</summary>
    private static string[]? Stat(int pid) =>
        ProcFs.ReadOrNull(pid, "stat") is { } text ? text[(text.LastIndexOf(')') + 2)..].Split(' ') : null;
}
