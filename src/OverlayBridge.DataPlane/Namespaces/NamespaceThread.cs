using System.Runtime.InteropServices;
using OverlayBridge.DataPlane.Netlink;

namespace OverlayBridge.DataPlane.Namespaces;

/// <summary>Work inside a network namespace, on a thread of its own that ends there: no thread of the pool is ever left in a foreign one.</summary>
internal static class NamespaceThread
{
    /// <param name="path">The namespace's file.</param>
    /// <param name="work">Stays on the one thread: nothing asynchronous.</param>
    /// <exception cref="NetlinkException">The file is gone, is not a namespace, or the right to enter it is missing.</exception>
    public static Task<T> RunAsync<T>(string path, Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                Enter(path);
                done.SetResult(work());
            }
            catch (Exception e)
            {
                done.SetException(e is IOException or UnauthorizedAccessException
                    ? new NetlinkException($"cannot work in the network namespace {path}: {e.Message}")
                    : e);
            }
        })
        { IsBackground = true, Name = "in " + path };
        thread.Start();
        return done.Task;
    }

    /// <summary>The calling thread's namespace, as <c>net:[4026532281]</c>.</summary>
    public static string Identity(string path) =>
        File.ResolveLinkTarget("/proc/thread-self/ns/net", returnFinalTarget: false)?.Name
        ?? throw new NetlinkException($"cannot tell which namespace {path} is: /proc/thread-self/ns/net is no link");

    private static void Enter(string path)
    {
        using var file = LibC.Open(path, LibC.OpenReadOnly | LibC.OpenCloseOnExec);
        if (file.IsInvalid)
            throw new NetlinkException($"cannot open the network namespace {path}", Marshal.GetLastPInvokeError());
        if (LibC.SetNamespace(file, LibC.CloneNewNet) != 0)
            throw new NetlinkException($"cannot enter the network namespace {path}", Marshal.GetLastPInvokeError());
    }
}
