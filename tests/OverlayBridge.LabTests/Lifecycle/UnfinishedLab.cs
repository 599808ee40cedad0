using System.Diagnostics;
using OverlayBridge.Lab;
using OverlayBridge.Lab.Processes;

namespace OverlayBridge.LabTests.Lifecycle;

/// <summary>A lab that another process is just bringing up: engines run, but it is not complete. Disposing it removes it.</summary>
internal sealed class UnfinishedLab : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Process _up;

    private UnfinishedLab(string name, Process up)
    {
        Name = name;
        _up = up;
        Footprint = LabFootprint.Capture(name);
    }

    public string Name { get; }

    /// <summary>What it had on the machine when an engine had just been started.</summary>
    public LabFootprint Footprint { get; private set; }

    /// <summary>Process id of the one that brings it up.</summary>
    public int Owner => _up.Id;

    public static async Task<UnfinishedLab> StartAsync(string name, CancellationToken cancellationToken)
    {
        var info = Exec.StartInfo([Installation.LabCommand, "up", "--name", name], environment: null);
        info.RedirectStandardError = true; // its progress is nobody's
        var lab = new UnfinishedLab(name, Process.Start(info)!);
        try
        {
            await Wait.UntilAsync(() => lab._up.HasExited || lab.HasEngine(), Limit, "start of an engine", cancellationToken);
            Assert.False(lab._up.HasExited, "the lab was complete before it could be interrupted");
            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    /// <summary>Nobody is left who would take it down.</summary>
    public async Task KillWithSupervisorAsync(CancellationToken cancellationToken)
    {
        var supervisor = Assert.Single(
            ProcFs.ProcessIds(), pid => ProcTable.ParentOf(pid) == Owner && ProcTable.ArgumentsOf(pid) is [.., "down", "--name", _]);
        Footprint = LabFootprint.Capture(Name);
        Native.Signal(supervisor, Native.SigKill);
        _up.Kill();
        await _up.WaitForExitAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => Teardowns.EndAsync(async () =>
    {
        _up.Kill();
        _up.Dispose();
        await RunningLab.DownAsync(Name, CancellationToken.None);
    });

    private bool HasEngine()
    {
        Footprint = LabFootprint.Capture(Name);
        return Footprint.Programs.Contains("dockerd");
    }
}
