using OverlayBridge.Lab.Processes;

namespace OverlayBridge.Lab.Nodes;

internal static class NetworkNamespace
{
    /// <summary>
    /// Runs a function on a thread of its own inside a network namespace. A namespace belongs to a thread, so a thread of
    /// the pool must not be moved; a socket stays in the namespace that it was made in.
    /// </summary>
    public static Task<T> RunAsync<T>(string path, Func<T> function)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                Native.EnterNetworkNamespace(handle);
                result.SetResult(function());
            }
            catch (Exception e)
            {
                result.SetException(e);
            }
        }) { IsBackground = true, Name = "network namespace" }.Start();
        return result.Task;
    }
}
