using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace OverlayBridge.DataPlane.Netlink;

/// <summary>The system calls that .NET has no form of; all of them, and nothing else.</summary>
internal static partial class LibC
{
    public const int OpenReadOnly = 0;
    public const int OpenCloseOnExec = 0x80000;
    public const int CloneNewNet = 0x40000000;
    public const int FamilyNetlink = 16;
    public const int FamilyPacket = 17;
    public const int SocketNonBlocking = 0x800;
    public const int OptionAttachFilter = 26;
    public const int SocketRaw = 3;
    public const int SocketCloseOnExec = 0x80000;
    public const int ProtocolRoute = 0;
    public const int ProtocolSockDiag = 4;
    public const int ProtocolNetfilter = 12;
    public const int LevelSocket = 1;
    public const int OptionReceiveBuffer = 8;
    public const int OptionReceiveTimeout = 20;
    public const int OptionReceiveBufferForce = 33;
    public const int OptionMark = 36;
    public const int LevelNetlink = 270;
    public const int OptionNoBufferError = 5;
    public const int OptionCapAck = 10;
    public const int OptionExtAck = 11;
    public const int MessageTruncated = 0x20;
    public const int MessageDoNotWait = 0x40;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    public static partial int SetNamespace(SafeFileHandle file, int type);

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    public static partial SafeFileHandle Socket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetSocketOption(SafeFileHandle socket, int level, int option, ReadOnlySpan<byte> value, int length);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    public static partial int Bind(SafeFileHandle socket, ReadOnlySpan<byte> address, int length);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    public static partial nint Send(SafeFileHandle socket, ReadOnlySpan<byte> buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(SafeFileHandle socket, Span<byte> buffer, nint length, int flags);
}
