using System.Collections.Immutable;
using OverlayBridge.Compose.Merging;
using OverlayBridge.Yaml;

namespace OverlayBridge.Compose.Projects;

/// <summary>The merged mapping of a project's files, or what <c>docker compose config</c> prints of them, to a project.</summary>
internal static class ProjectReader
{
    private const string Default = "default";

    /// <param name="settings">Its name wins over the file's.</param>
    /// <exception cref="ComposeException">A field that matters has the wrong kind of value.</exception>
    public static ComposeProject Read(MappingNode root, ProjectSettings settings)
    {
        var name = settings.Name is { Length: > 0 } given ? given : root.Text("name") is { Length: > 0 } own ? own : settings.DefaultName;
        name = ProjectSettings.Normal(name);
        var isFormatOne = root.Has(FormatOne.Mark);
        var all = (root.Mapping("services")?.Entries ?? []).Select(entry => (entry.Key, Node: AsMapping(entry))).ToList();
        var active = all.Where(service => IsActive(service.Node, settings.Profiles)).ToList();
        var services = active.ToImmutableSortedDictionary(static service => service.Key, static service => Service(service.Key, service.Node), StringComparer.Ordinal);
        var networks = (root.Mapping("networks")?.Entries ?? [])
            .Select(entry => Network(entry.Key, AsMapping(entry), name))
            .ToImmutableSortedDictionary(static network => network.Key, static network => network, StringComparer.Ordinal);
        if (!networks.ContainsKey(Default) && services.Values.Any(static service => service.Networks.ContainsKey(Default)))
            networks = networks.Add(Default, new(Default, $"{name}_{Default}", false, null, false, false, false, false, []));
        Defined(services.Values, networks, root);
        return new(
            name, root.Text("version"), isFormatOne, services,
            [.. all.Select(static service => service.Key).Except(services.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)], networks);
    }

    private static bool IsActive(MappingNode service, ImmutableArray<string> profiles)
    {
        var own = service.Texts("profiles");
        return own.IsEmpty || profiles.Contains("*") || own.Any(profiles.Contains);
    }

    private static MappingNode AsMapping(MappingEntry entry) => entry.Value switch
    {
        MappingNode mapping => mapping,
        { IsNull: true } => new MappingNode(entry.At, null, []),
        var other => throw new ComposeException($"'{entry.Key}' is {other.Kind}.", other.At, "Services and networks are mappings.", "Correct the file."),
    };

    private static ComposeService Service(string name, MappingNode node)
    {
        var mode = node.Text("network_mode") ?? node.Text("net");
        var deploy = node.Mapping("deploy");
        return new(
            name, node.Text("container_name"), mode, mode is null ? Networks(node) : ImmutableSortedDictionary<string, ServiceNetwork>.Empty,
            node.Texts("links"), node.Texts("external_links"), node.Texts("dns"), node.Find("ports") is SequenceNode { Items.IsEmpty: false },
            node.Number("scale") ?? deploy.Number("replicas") ?? 1, deploy.Text("endpoint_mode"), deploy is not null);
    }

    private static ImmutableSortedDictionary<string, ServiceNetwork> Networks(MappingNode service)
    {
        var entries = service.KeyedMapping("networks")?.Entries ?? [];
        return entries.IsEmpty
            ? ImmutableSortedDictionary.Create<string, ServiceNetwork>(StringComparer.Ordinal).Add(Default, new([], null, null))
            : entries.ToImmutableSortedDictionary(static entry => entry.Key, static entry => Place(AsMapping(entry)), StringComparer.Ordinal);
    }

    private static ServiceNetwork Place(MappingNode node) => new(node.Texts("aliases"), node.Text("ipv4_address"), node.Text("ipv6_address"));

    private static ComposeNetwork Network(string key, MappingNode node, string project)
    {
        // Up to file format 3.4 the name stands below 'external'.
        var below = node.Find("external") as MappingNode;
        var external = below is not null || node.Flag("external");
        var options = node.Mapping("driver_opts");
        var subnets = (node.Mapping("ipam")?.Find("config") as SequenceNode)?.Items.OfType<MappingNode>().Select(static item => item.Text("subnet")).OfType<string>() ?? [];
        return new(
            key, node.Text("name") ?? below.Text("name") ?? (external ? key : $"{project}_{key}"), external, node.Text("driver"),
            options is not null && options.Has("encrypted") && options.Text("encrypted") is not ("false" or "0"),
            node.Flag("internal"), node.Flag("enable_ipv6"),
            node.Entries.Any(static entry => entry.Key is not ("external" or "name") && !entry.Key.StartsWith("x-", StringComparison.Ordinal)), [.. subnets]);
    }

    private static void Defined(IEnumerable<ComposeService> services, ImmutableSortedDictionary<string, ComposeNetwork> networks, MappingNode root)
    {
        foreach (var service in services)
            foreach (var key in service.Networks.Keys.Where(key => !networks.ContainsKey(key)))
                throw new ComposeException(
                    $"The service '{service.Name}' is on the network '{key}', which the file does not define.", NodePath.Locate(root, ["services", service.Name, "networks", key]),
                    "Compose refuses that.", $"Add '{key}' below networks:, with external: true if it is made outside.");
    }
}
