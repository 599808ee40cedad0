using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using OverlayBridge.DataPlane.Netlink;

namespace OverlayBridge.DataPlane.PathProbing;

/// <summary>
/// A packet socket on a VXLAN device, opened by a thread inside its namespace. It hears probes before the bridge takes them, and nothing
/// else: the kernel leaves all other frames out by a filter, however busy the device is.
/// </summary>
public sealed class ProbeSocket : IDisposable
{
    private const ushort AllProtocols = 0x0003;
    private const int AddressLength = 20;

    private readonly SafeFileHandle handle;
    private readonly byte[] received = new byte[64 * 1024];

    /// <exception cref="NetlinkException">The system refuses.</exception>
    internal ProbeSocket(VxlanLink link)
    {
        Link = link;
        // Protocol 0 until the filter is there: a frame that came before it would be kept.
        handle = LibC.Socket(LibC.FamilyPacket, LibC.SocketRaw | LibC.SocketCloseOnExec | LibC.SocketNonBlocking, 0);
        if (handle.IsInvalid)
            throw Failed("cannot open a packet socket");
        try
        {
            AttachFilter();
            Bind();
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    public VxlanLink Link { get; }

    /// <summary>Sends one frame; the device's own entries say where to.</summary>
    /// <returns>Null, or why the kernel did not take it.</returns>
    public string? Send(ReadOnlySpan<byte> frame)
    {
        nint sent;
        do
            sent = LibC.Send(handle, frame, frame.Length, 0);
        while (sent < 0 && Marshal.GetLastPInvokeError() == Errno.Interrupted);
        return sent == frame.Length ? null : Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
    }

    /// <summary>The next probe that has come; null when there is none (yet).</summary>
    public ProbeFrame? Receive()
    {
        while (true)
        {
            var length = LibC.Receive(handle, received, received.Length, 0);
            if (length < 0 && Marshal.GetLastPInvokeError() == Errno.Interrupted)
                continue;
            if (length < 0)
                return null;
            if (ProbeFrame.Decode(received.AsSpan(0, (int)length)) is { } probe)
                return probe;
        }
    }

    public void Dispose() => handle.Dispose();

    /// <summary>Classic BPF: frames whose type is the probes', whole; no others.</summary>
    private void AttachFilter()
    {
        ReadOnlySpan<ulong> program =
        [
            Instruction(0x28, 0, 0, 12), // ldh [12]
            Instruction(0x15, 0, 1, ProbeFrame.EtherType), // jeq, else skip one
            Instruction(0x06, 0, 0, 0x40000), // ret whole
            Instruction(0x06, 0, 0, 0), // ret nothing
        ];
        var pinned = GCHandle.Alloc(program.ToArray(), GCHandleType.Pinned);
        try
        {
            Span<byte> filter = stackalloc byte[2 * nint.Size];
            filter.Clear();
            MemoryMarshal.Write(filter, (ushort)program.Length);
            MemoryMarshal.Write(filter[nint.Size..], pinned.AddrOfPinnedObject());
            if (LibC.SetSocketOption(handle, LibC.LevelSocket, LibC.OptionAttachFilter, filter, filter.Length) != 0)
                throw Failed("cannot set the filter of a packet socket");
        }
        finally
        {
            pinned.Free();
        }
    }

    /// <summary>struct sock_filter: code, jt, jf, k.</summary>
    private static ulong Instruction(ushort code, byte jumpTrue, byte jumpFalse, uint value)
    {
        Span<byte> bytes = stackalloc byte[8];
        MemoryMarshal.Write(bytes, code);
        (bytes[2], bytes[3]) = (jumpTrue, jumpFalse);
        MemoryMarshal.Write(bytes[4..], value);
        return MemoryMarshal.Read<ulong>(bytes);
    }

    /// <summary>struct sockaddr_ll: family, protocol, interface.</summary>
    private void Bind()
    {
        Span<byte> address = stackalloc byte[AddressLength];
        address.Clear();
        MemoryMarshal.Write(address, (ushort)LibC.FamilyPacket);
        BinaryPrimitives.WriteUInt16BigEndian(address[2..], AllProtocols);
        MemoryMarshal.Write(address[4..], Link.Index);
        if (LibC.Bind(handle, address, address.Length) != 0)
            throw Failed($"cannot listen on {Link.Name}");
    }

    private static NetlinkException Failed(string what) => new(what, Marshal.GetLastPInvokeError());
}
