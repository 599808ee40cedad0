using System.Collections.Immutable;
using System.Formats.Tar;
using OverlayBridge.Engines;

namespace OverlayBridge.Migration.Agent.Tasks.Conversion;

/// <summary>
/// A container that does nothing. Its image is one program of less than 200 bytes that this program carries with it: a host in the middle of a
/// conversion may reach no registry, and none of its own images need have a program that sleeps.
/// </summary>
internal static class Holder
{
    public const string Label = "overlaybridge.holder";

    private const string Program = "hold";

    /// <summary>By this name it is found again, and known to people.</summary>
    public static string NameFor(string network) => $"holder-{network}";

    /// <param name="architecture">Of the engine.</param>
    public static OwnContainer For(string network, string architecture) => new(
        NameFor(network), $"overlaybridge/holder:{architecture}", RootFor(architecture), ["/" + Program], network,
        StopSignal: "SIGKILL", // Process 1 ignores what it does not handle, and there is nothing to be saved.
        ImmutableSortedDictionary<string, string>.Empty.Add(Label, network));

    private static ReadOnlyMemory<byte> RootFor(string architecture)
    {
        using var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, TarEntryFormat.Ustar, leaveOpen: true))
            writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, Program)
            {
                Mode = UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute,
                DataStream = new MemoryStream(PauseProgram.For(architecture)),
            });
        return tar.ToArray();
    }
}
