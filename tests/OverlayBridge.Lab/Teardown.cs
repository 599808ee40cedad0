using OverlayBridge.Lab.Nodes;

namespace OverlayBridge.Lab;

/// <summary>Removes everything of a lab, whatever state it is in, and whoever made it. Doing it twice does no harm.</summary>
internal static class Teardown
{
    private const string CgroupMount = "/sys/fs/cgroup";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    public static async Task RunAsync(LabFolder folder, CancellationToken cancellationToken)
    {
        await NodeBoot.EndAsync(folder.Path, cancellationToken).ConfigureAwait(false);
        // The kernel lets go of a cgroup a moment after its last process.
        await Processes.Wait.UntilAsync(
            () => CgroupsOf(folder).All(TryRemoveCgroup), Limit, $"removal of the cgroups of lab {folder.Name}",
            cancellationToken).ConfigureAwait(false);
        await Processes.Wait.UntilAsync(
            () => TryRemoveFiles(folder.Path), Limit, $"removal of {folder.Path}", cancellationToken).ConfigureAwait(false);
    }

    /// <summary>False when somebody else was at it at the same time: then it has to be tried again.</summary>
    private static bool TryRemoveFiles(string folder)
    {
        try
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>The lab's folder in each cgroup hierarchy: of version 1 there are several, version 2 is one.</summary>
    private static IEnumerable<string> CgroupsOf(LabFolder folder) =>
        Directory.EnumerateDirectories(CgroupMount).Append(CgroupMount)
            .Select(hierarchy => hierarchy + folder.Cgroup).Where(Directory.Exists);

    private static bool TryRemoveCgroup(string cgroup) =>
        Directory.EnumerateDirectories(cgroup).All(TryRemoveCgroup) && TryRemoveEmpty(cgroup);

    /// <summary>rmdir; the files that the kernel shows in a cgroup are no obstacle.</summary>
    private static bool TryRemoveEmpty(string folder)
    {
        try
        {
            Directory.Delete(folder);
        }
        catch (IOException)
        {
            return !Directory.Exists(folder); // still in use, or gone already
        }

        return true;
    }
}
