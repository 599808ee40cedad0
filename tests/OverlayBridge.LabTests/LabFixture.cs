using System.Net;
using OverlayBridge.Hosting;
using OverlayBridge.Lab;
using OverlayBridge.Lab.Processes;
using OverlayBridge.LabTests;
using Xunit.Sdk;
using Xunit.v3;

[assembly: AssemblyFixture(typeof(LabFixture))]
// Two cores and four engines: tests side by side would only time each other out.
[assembly: Parallelization(Mode = ParallelMode.None)]

namespace OverlayBridge.LabTests;

/// <summary>
/// One lab for all tests: legacy hosts h1 and h2 on a Consul, swarm hosts h3 (manager) and h4. A test class takes it as a
/// constructor parameter, gives everything it makes a name and subnet of its own, and leaves the hosts as it found them.
/// </summary>
public sealed class LabFixture : IAsyncLifetime
{
    private RunningLab? _lab;
    private int _subnets;
    private int _names;

    public RunningLab Lab => _lab ?? throw new InvalidOperationException("the lab is not up");

    /// <summary>Engine and other logs of the last run, for a look at a failure after the lab is gone.</summary>
    public static string LogFolder { get; } = Path.Combine(AppContext.BaseDirectory, "lab-logs");

    /// <summary>The built overlaybridge command.</summary>
    public static string BridgeCommand { get; } = Path.Combine(AppContext.BaseDirectory, "overlaybridge");

    /// <summary>The native program that an agent alone is, where it was published.</summary>
    public static string AgentCommand { get; } = Path.Combine(AppContext.BaseDirectory, AgentProgram.FileName);

    public static string HowToPublish { get; } = $"Publish it: dotnet publish src/OverlayBridge.Agent -c Release -o {AppContext.BaseDirectory}";

    public async ValueTask InitializeAsync()
    {
        await RequireOneBuildAsync();
        _lab = await RunningLab.UpAsync(
            new LabOptions { Name = $"tests-{Environment.ProcessId}", KeepLogsIn = LogFolder }, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_lab is not null)
            await _lab.DisposeAsync();
    }

    /// <summary>Else no agent would start, and each test would find that after a time of its own.</summary>
    private static async Task RequireOneBuildAsync()
    {
        if (!File.Exists(AgentCommand))
            return; // AgentProgramTests fails; what else there is to find is found with agents within overlaybridge
        var ran = await Exec.RunAsync([AgentCommand, AgentBuild.Id, "--help"], TestContext.Current.CancellationToken);
        if (ran.ExitCode != 0)
            throw new InvalidOperationException($"{AgentCommand} is of another build. {HowToPublish}, or remove it. {ran.Error}");
    }

    /// <summary>A name that no other test uses.</summary>
    public string UniqueName(string stem) => $"{stem}{Interlocked.Increment(ref _names)}";

    /// <summary>A /24 that no other test uses.</summary>
    public IPNetwork UniqueSubnet() => new(new IPAddress([10, 60, (byte)Interlocked.Increment(ref _subnets), 0]), 24);
}
