using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace OverlayBridge.Lab.Processes;

/// <summary>The two system calls that .NET has no API for.</summary>
internal static partial class Native
{
    public const int SigKill = 9;
    public const int SigTerm = 15;
    public const int SigContinue = 18;
    public const int SigStop = 19;
    private const int NoSuchProcess = 3;
    private const int CloneNewNet = 0x40000000;

    /// <summary>A process that is gone already is no error.</summary>
    public static void Signal(int pid, int signal)
    {
        if (Kill(pid, signal) != 0 && Marshal.GetLastPInvokeError() is var error && error != NoSuchProcess)
            throw new Win32Exception(error, $"signal {signal} to process {pid}");
    }

    /// <summary>Moves the calling thread, not the process, into a network namespace.</summary>
    public static void EnterNetworkNamespace(SafeFileHandle networkNamespace)
    {
        if (SetNs(networkNamespace, CloneNewNet) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError(), "setns");
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int Kill(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int SetNs(SafeFileHandle descriptor, int kind);
}
