using System.Buffers.Binary;

namespace OverlayBridge.Migration.Agent.Tasks.Conversion;

/// <summary>The smallest program that waits for ever: an ELF file of one header, one segment and three or four instructions.</summary>
internal static class PauseProgram
{
    private const int HeaderSize = 64;
    private const int SegmentSize = 56;
    private const ulong Base = 0x400000;

    // mov eax, 34 (pause); syscall; jmp back
    private static ReadOnlySpan<byte> X64 => [0xB8, 0x22, 0x00, 0x00, 0x00, 0x0F, 0x05, 0xEB, 0xF7];

    // mov x0..x4, 0; mov x8, 73 (ppoll of nothing); svc 0; b back
    private static ReadOnlySpan<byte> Arm64 =>
    [
        0x00, 0x00, 0x80, 0xD2, 0x01, 0x00, 0x80, 0xD2, 0x02, 0x00, 0x80, 0xD2, 0x03, 0x00, 0x80, 0xD2, 0x04, 0x00, 0x80, 0xD2,
        0x28, 0x09, 0x80, 0xD2, 0x01, 0x00, 0x00, 0xD4, 0xF9, 0xFF, 0xFF, 0x17,
    ];

    /// <param name="architecture">As engines tell it: <c>x86_64</c> or <c>aarch64</c>.</param>
    /// <exception cref="StepException">Another one.</exception>
    public static byte[] For(string architecture) => architecture switch
    {
        "x86_64" => Elf(62, X64),
        "aarch64" => Elf(183, Arm64),
        _ => throw new StepException(
            $"This program has no holder for hosts of the architecture '{architecture}'.",
            "Run a container of your own on the network there, with --restart always and the name holder-NETWORK, and repeat the step."),
    };

    private static byte[] Elf(ushort machine, ReadOnlySpan<byte> code)
    {
        var file = new byte[HeaderSize + SegmentSize + code.Length];
        ReadOnlySpan<byte> magic = [0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1]; // 64 bits, little end first, version 1
        magic.CopyTo(file);
        Write16(file, 16, 2); // an executable
        Write16(file, 18, machine);
        Write32(file, 20, 1);
        Write64(file, 24, Base + HeaderSize + SegmentSize); // where it begins
        Write64(file, 32, HeaderSize); // where the segments are listed
        Write16(file, 52, HeaderSize);
        Write16(file, 54, SegmentSize);
        Write16(file, 56, 1); // one segment
        Write32(file, HeaderSize, 1); // to be loaded
        Write32(file, HeaderSize + 4, 5); // readable, executable
        Write64(file, HeaderSize + 16, Base);
        Write64(file, HeaderSize + 24, Base);
        Write64(file, HeaderSize + 32, (ulong)file.Length);
        Write64(file, HeaderSize + 40, (ulong)file.Length);
        Write64(file, HeaderSize + 48, 0x1000);
        code.CopyTo(file.AsSpan(HeaderSize + SegmentSize));
        return file;
    }

    private static void Write16(byte[] file, int at, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(at), value);

    private static void Write32(byte[] file, int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(at), value);

    private static void Write64(byte[] file, int at, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(at), value);
}
