using System.Net.Sockets;
using OverlayBridge.Engines;

namespace OverlayBridge.Migration.Agent.Tasks;

/// <summary>Starts an engine, and sees that it comes up.</summary>
internal static class EngineStart
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <param name="start">Does no harm when the engine runs, so that one that is killed while it starts is started again: nobody else may do so.</param>
    /// <exception cref="StepException">It does not answer.</exception>
    public static async Task RunAsync(Func<Task> start, Func<Task<bool>> answers, TimeProvider time, CancellationToken token)
    {
        await start();
        var (begun, last) = (time.GetTimestamp(), time.GetTimestamp());
        while (!await answers())
        {
            if (time.GetElapsedTime(begun) > Patience)
                throw new StepException(
                    $"The engine does not answer {Patience.TotalSeconds:0} s after it was started.", "Look at the engine's log; mend what it names, and repeat the step.");
            if (time.GetElapsedTime(last) > Again)
            {
                await start();
                last = time.GetTimestamp();
            }
            await Task.Delay(Pause, time, token);
        }
    }

    /// <summary>Nobody listens where the engine is asked; one that listens and does not answer is a failure of its own.</summary>
    public static bool IsNobodyThere(EngineException error)
    {
        for (var e = error.InnerException; e is not null; e = e.InnerException)
            if (e is SocketException or HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.ResponseEnded } or HttpIOException)
                return true;
        return false;
    }
}
