using OverlayBridge.Yaml;

namespace OverlayBridge.Compose;

/// <summary>Where the text of files comes from that other files name (<c>include</c>, <c>extends</c>).</summary>
public interface IComposeFiles
{
    /// <param name="path">As it stands in the file <paramref name="namedIn"/>.</param>
    /// <exception cref="ComposeException">It cannot be read.</exception>
    SourceText Read(string path, string namedIn);
}
