using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;

namespace OverlayBridge.Benchmarks.Gateway;

/// <summary><c>gateway-load JOB</c>: the load generator of <c>gateway</c>, one process for each measurement.</summary>
internal static class LoadCommand
{
    private const string Name = "gateway-load";

    public static Command Create()
    {
        var job = new Argument<string>("JOB") { Description = "What to do, as JSON" };
        var command = new Command(Name, "The load generator of gateway; prints what came of it as JSON") { job };
        command.SetAction(async (parse, token) =>
        {
            var result = await new LoadRun(JsonSerializer.Deserialize(parse.GetValue(job)!, LoadJson.Default.LoadJob)!).RunAsync(token).ConfigureAwait(false);
            Console.WriteLine(JsonSerializer.Serialize(result, LoadJson.Default.LoadResult));
            return 0;
        });
        return command;
    }

    /// <summary>Runs a job in a process of its own against a cluster, whose processor time it notes.</summary>
    public static async Task<LoadResult> InChildAsync(LoadJob job, ServerCluster cluster, CancellationToken token)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [Name, JsonSerializer.Serialize(job, LoadJson.Default.LoadJob)]) { RedirectStandardOutput = true };
        // What a socket brings is handled by the thread that heard of it: half the processor time of handing it to another.
        start.Environment["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = "1";
        start.Environment["DOTNET_gcConcurrent"] = "0";
        var before = cluster.Cpu;
        using var process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync(token).ConfigureAwait(false);
        await process.WaitForExitAsync(token).ConfigureAwait(false);
        return process.ExitCode == 0
            ? JsonSerializer.Deserialize(output, LoadJson.Default.LoadResult)! with { ServerCpu = (cluster.Cpu - before).TotalMilliseconds }
            : throw new InvalidOperationException($"{cluster.Kind.Name} did not bear {job}.");
    }
}
