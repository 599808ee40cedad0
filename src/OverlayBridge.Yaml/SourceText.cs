namespace OverlayBridge.Yaml;

/// <summary>A file's text.</summary>
/// <param name="Name">Its path as people are to read it.</param>
public sealed record SourceText(string Name, string Text);
