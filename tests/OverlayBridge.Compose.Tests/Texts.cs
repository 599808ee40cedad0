using System.Collections.Immutable;
using System.Net;
using OverlayBridge.Compose.Projects;
using OverlayBridge.Compose.Transition;
using OverlayBridge.Yaml;

namespace OverlayBridge.Compose.Tests;

/// <summary>Files that are texts in a test.</summary>
internal sealed class Texts(params (string Name, string Text)[] files) : IComposeFiles
{
    public SourceText Read(string path, string namedIn) => files.Where(file => file.Name == path).Select(file => new SourceText(file.Name, file.Text)).FirstOrDefault()
        ?? throw new ComposeException($"Cannot read {path}.", null, "There is no such file.", "Name another.");

    public static ProjectSettings Settings(params (string Name, string Value)[] variables) =>
        new(null, "app", [], variables.ToDictionary(variable => variable.Name, variable => variable.Value));

    /// <summary>Files over each other: a.yml, b.yml and so on.</summary>
    public static ComposeFileSet Read(params string[] texts) =>
        ComposeFileSet.Read([.. texts.Select((text, number) => new SourceText($"{(char)('a' + number)}.yml", text))], Settings(), new Texts());

    public static TransitionFacts Facts(params KnownEndpoint[] endpoints) => new(
        ImmutableSortedDictionary<string, SharedNetwork>.Empty.Add(
            "appnet", new("appnet", IPNetwork.Parse("10.60.0.0/24"), IPNetwork.Parse("10.60.0.128/25"), true, [.. endpoints])),
        [], IsKnown: true);

    public static KnownEndpoint Legacy(string name, string address, params string[] aliases) => new(name, [.. aliases], IPAddress.Parse(address), "h1", true, null, null);
}
