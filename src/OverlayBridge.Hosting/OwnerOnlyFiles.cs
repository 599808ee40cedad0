using System.Runtime.InteropServices;

namespace OverlayBridge.Hosting;

/// <summary>Files that this process makes from here on are for its user alone (mode 0600, folders 0700).</summary>
public static class OwnerOnlyFiles
{
    private const uint GroupAndOthers = 0b000_111_111;

    public static void Enforce()
    {
        if (!OperatingSystem.IsWindows())
            _ = SetMask(GroupAndOthers);
    }

    /// <summary>umask(2): answers the old mask, cannot fail.</summary>
    [DllImport("libc", EntryPoint = "umask")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint SetMask(uint mask);
}
