using System.Runtime.InteropServices;

namespace OverlayBridge.DataPlane.Netlink;

/// <summary>
/// A namespace or its routing socket cannot be used: <see cref="Exception.Message"/> says what was tried, the errno and
/// its text. An entry that the kernel refuses is no such exception but an <see cref="EntryFailure"/>.
/// </summary>
public sealed class NetlinkException : Exception
{
    internal NetlinkException(string what, int errno)
        : base($"{what}: {Describe(errno)}") => Errno = errno;

    internal NetlinkException(string what)
        : base(what)
    {
    }

    /// <summary>The system's error number; 0 when the kernel's answer could not be understood.</summary>
    public int Errno { get; }

    internal static string Describe(int errno) => $"errno {errno} ({Marshal.GetPInvokeErrorMessage(errno)})";
}
