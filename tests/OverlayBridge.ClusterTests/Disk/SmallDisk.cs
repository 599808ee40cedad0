using OverlayBridge.Lab.Nodes;
using OverlayBridge.Lab.Processes;
using OverlayBridge.LabTests;

namespace OverlayBridge.ClusterTests.Disk;

/// <summary>A file system of its own under a folder of one machine, which nothing outside that machine sees.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly LabNode _machine;
    private readonly string _folder;

    private SmallDisk(LabNode machine, string folder) => (_machine, _folder) = (machine, folder);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Filler => $"{_folder}/filler";

    /// <summary>In memory: full when it says so, to the byte.</summary>
    public static async Task<SmallDisk> InMemoryAsync(LabNode machine, string folder, int megabytes)
    {
        Directory.CreateDirectory(folder);
        (await machine.ExecAsync(["mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", folder], Cancel)).Success();
        return new SmallDisk(machine, folder);
    }

    /// <summary>In a file: one that can fail.</summary>
    public static async Task<SmallDisk> InFileAsync(LabNode machine, string folder, int megabytes)
    {
        Directory.CreateDirectory(folder);
        var image = $"{folder}.img";
        (await machine.ExecAsync(["truncate", "--size", $"{megabytes}M", image], Cancel)).Success();
        (await machine.ExecAsync(["mkfs.ext4", "-q", image], Cancel)).Success();
        (await machine.ExecAsync(["mount", "-o", "loop", image, folder], Cancel)).Success();
        return new SmallDisk(machine, folder);
    }

    /// <summary>Takes all but so many bytes that are free; none left: whatever else is written at the same time.</summary>
    public async Task FillAsync(int leaveMegabytes = 0)
    {
        if (leaveMegabytes == 0)
        {
            await _machine.ExecAsync(["dd", "if=/dev/zero", $"of={Filler}", "bs=1M", "status=none"], Cancel); // to its failure
            return;
        }
        var free = (await _machine.ExecAsync(["df", "--block-size=1M", "--output=avail", _folder], Cancel)).Success().Split('\n')[^1];
        (await _machine.ExecAsync(["fallocate", "--length", $"{int.Parse(free, null) - leaveMegabytes}M", Filler], Cancel)).Success();
    }

    public async Task EmptyAsync() => (await _machine.ExecAsync(["rm", "-f", Filler], Cancel)).Success();

    /// <summary>What a kernel does with a disk that fails: from now on nothing can be written.</summary>
    public async Task FailAsync() => (await _machine.ExecAsync(["mount", "-o", "remount,abort", _folder], Cancel)).Success();

    public async Task MakeReadOnlyAsync() => await Wait.UntilSuccessAsync(
        () => _machine.ExecAsync(["mount", "-o", "remount,ro", _folder], Cancel), Limit, "a disk that is read-only", Cancel);

    public ValueTask DisposeAsync() => Teardowns.EndAsync(() => Wait.UntilSuccessAsync(
        () => _machine.ExecAsync(["umount", _folder], CancellationToken.None), Limit, "the end of a small disk", CancellationToken.None));
}
