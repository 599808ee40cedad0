using OverlayBridge.ClusterTests;
using OverlayBridge.Lab;
using OverlayBridge.Lab.Nodes;
using Xunit.Sdk;
using Xunit.v3;

[assembly: AssemblyFixture(typeof(Machines))]
// Two cores: clusters side by side would only time each other out.
[assembly: Parallelization(Mode = ParallelMode.None)]

namespace OverlayBridge.ClusterTests;

/// <summary>
/// Five machines without engines for all tests, each a set of namespaces with an address and a file system of its own. A test leaves them
/// without processes, rules and mounts of its own.
/// </summary>
public sealed class Machines : IAsyncLifetime
{
    private const int Count = 5;

    private RunningLab? _lab;
    private int _names;

    public IReadOnlyList<LabNode> Nodes => _lab?.PlainNodes ?? throw new InvalidOperationException("the machines are not up");

    /// <summary>Logs of the last run, for a look at a failure afterwards.</summary>
    private static string LogFolder => Path.Combine(AppContext.BaseDirectory, "machine-logs");

    public async ValueTask InitializeAsync() => _lab = await RunningLab.UpAsync(
        new LabOptions { Name = $"cluster-{Environment.ProcessId}", Legacy = 0, Swarm = 0, Plain = Count, KeepLogsIn = LogFolder },
        TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_lab is not null)
            await _lab.DisposeAsync();
    }

    /// <summary>A new cluster of the first machines, that takes writes on every node.</summary>
    internal Task<ControlCluster> StartClusterAsync(int size, string name, Func<ControlNode, Task>? prepare = null) =>
        ControlCluster.StartAsync(Nodes.Take(size), UniqueName(name), prepare);

    /// <summary>A name that no other test uses.</summary>
    public string UniqueName(string stem) => $"{stem}{Interlocked.Increment(ref _names)}";
}
