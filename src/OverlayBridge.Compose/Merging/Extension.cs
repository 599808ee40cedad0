using System.Collections.Immutable;
using OverlayBridge.Yaml;

namespace OverlayBridge.Compose.Merging;

/// <summary><c>extends</c>: a service that begins with what another one has, of the same file or of another.</summary>
/// <param name="read">A file that is named in another one, with its variables filled in.</param>
internal sealed class Extension(Func<string, SourceLocation, MappingNode> read)
{
    private const string Extends = "extends";

    /// <summary>The file with every <c>extends</c> carried out.</summary>
    /// <exception cref="ComposeException">The service extended is not there, or extends the one that extends it.</exception>
    public MappingNode Resolve(MappingNode file)
    {
        if (file.Find("services") is not MappingNode services)
            return file;
        var resolved = services.Entries.Select(entry => entry.Value is MappingNode service
            ? entry with { Value = Resolve(service, services, [Id(services, entry.Key)]) }
            : entry);
        var changed = new MappingNode(services.At, services.Tag, [.. resolved]);
        return new(file.At, file.Tag, [.. file.Entries.Select(entry => entry.Key == "services" ? entry with { Value = changed } : entry)]);
    }

    private MappingNode Resolve(MappingNode service, MappingNode siblings, ImmutableArray<string> chain)
    {
        if (service.Find(Extends) is not { } extends)
            return service;
        var own = new MappingNode(service.At, service.Tag, [.. service.Entries.Where(static entry => entry.Key != Extends)]);
        var (name, file) = Target(extends);
        var family = file is null ? siblings : (read(file, extends.At).Find("services") as MappingNode) ?? throw Missing(name, file, extends.At);
        if (family.Find(name) is not MappingNode parent)
            throw Missing(name, file, extends.At);
        var id = Id(family, name);
        if (chain.Contains(id) || chain.Length >= ComposeLimits.ChainMax)
            throw new ComposeException(
                chain.Contains(id) ? $"'{name}' extends itself, through other services." : $"More than {ComposeLimits.ChainMax} services extend each other in a row.",
                extends.At, "What a service begins with must be found in an end.", "Break the chain.");
        return FileMerge.MergeServices(Resolve(parent, family, chain.Add(id)), own);
    }

    private static (string Service, string? File) Target(YamlNode extends) => extends switch
    {
        ScalarNode name => (name.Text, null),
        MappingNode mapping when mapping.Find("service") is ScalarNode service => (service.Text, (mapping.Find("file") as ScalarNode)?.Text),
        _ => throw new ComposeException("'extends' names no service.", extends.At, "It takes a service's name, or service: NAME with file: FILE.", "Add service: NAME."),
    };

    private static string Id(MappingNode family, string name) => $"{family.At.File}\0{name}";

    private static ComposeException Missing(string name, string? file, SourceLocation at) => new(
        $"There is no service '{name}' to extend in {file ?? "this file"}.", at, "'extends' copies from a service that is there.", "Correct the name or the file.");
}
