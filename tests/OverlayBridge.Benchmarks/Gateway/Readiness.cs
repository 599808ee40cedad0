using System.ComponentModel;
using System.Runtime.InteropServices;

namespace OverlayBridge.Benchmarks.Gateway;

/// <summary>Linux' epoll: which of many sockets have something to read.</summary>
internal sealed partial class Readiness : IDisposable
{
    private const int AddOperation = 1;
    private const uint Readable = 1;
    private const int MostAtOnce = 256;
    private const int Interrupted = 4;

    /// <summary>The kernel's epoll_event: the events and a number of ours, packed on x86-64 only.</summary>
    private static readonly int EventBytes = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    private readonly int _epoll = Checked(Create(0));
    private readonly byte[] _events = new byte[EventBytes * MostAtOnce];
    private readonly List<int> _ready = [];

    /// <param name="number">What <see cref="Wait()"/> names it by.</param>
    public void Add(int descriptor, int number)
    {
        var added = new byte[EventBytes];
        BitConverter.TryWriteBytes(added, Readable);
        BitConverter.TryWriteBytes(added.AsSpan(EventBytes - sizeof(ulong)), (ulong)number);
        Checked(Control(_epoll, AddOperation, descriptor, added));
    }

    /// <summary>Waits until some have something to read.</summary>
    public List<int> Wait()
    {
        _ready.Clear();
        int count = Wait(_epoll, _events, MostAtOnce, -1);
        // The runtime interrupts threads by signals.
        if (count < 0 && Marshal.GetLastPInvokeError() != Interrupted)
            Checked(count);
        for (int i = 0; i < count; i++)
            _ready.Add((int)BitConverter.ToUInt64(_events, (i + 1) * EventBytes - sizeof(ulong)));
        return _ready;
    }

    /// <summary>Sends all of it: so little always fits.</summary>
    public static void Send(int descriptor, ReadOnlySpan<byte> bytes)
    {
        if (Checked((int)Send(descriptor, bytes, (nuint)bytes.Length, 0)) != bytes.Length)
            throw new InvalidOperationException("A request was sent in part only.");
    }

    public static int Receive(int descriptor, Span<byte> bytes) => Checked((int)Receive(descriptor, bytes, (nuint)bytes.Length, 0));

    public void Dispose() => Close(_epoll);

    private static int Checked(int result) => result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError());

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int Create(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int Control(int epoll, int operation, int descriptor, Span<byte> added);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static partial int Wait(int epoll, Span<byte> events, int most, int milliseconds);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint Send(int descriptor, ReadOnlySpan<byte> bytes, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint Receive(int descriptor, Span<byte> bytes, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
