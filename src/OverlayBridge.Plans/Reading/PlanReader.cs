using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using OverlayBridge.Overlay.Plans;

namespace OverlayBridge.Plans.Reading;

/// <summary>The sections of a plan file as the plan's records. Faults are noted by the sections; the plan counts only when there are none.</summary>
internal static class PlanReader
{
    private const string AllowanceForm = "a number of replicas from 1, or a share from 1% to 100%";

    public static MigrationPlan Read(Section file)
    {
        Version(file);
        var sets = Sets(file);
        return new(
            file.Text("name", "the plan's name"), Origin(file), file.Text("manager", "the host of a swarm manager"), Limits(file), Networks(file), Hosts(file, sets), sets,
            Constraints(file), [.. file.Children("stages", "A stage", PlanKeys.Stage, required: true).Select(StageReader.Read)],
            file.Values("webhooks", Forms.Web, "an http:// or https:// address", new Uri("http://none")))
        {
            SwarmHosts = file.Names("swarmHosts"),
            Compose = [.. file.Children("compose", "A Compose project", PlanKeys.Compose, required: false).Select(Project)],
        };
    }

    private static void Version(Section file)
    {
        if (file.Required("formatVersion", Forms.Number, $"{MigrationPlan.FormatVersion}", MigrationPlan.FormatVersion) != MigrationPlan.FormatVersion)
            file.Fault(
                "formatVersion", "The file is of another format.", string.Create(CultureInfo.InvariantCulture, $"This program reads format {MigrationPlan.FormatVersion}."),
                "Use the program that made the file, or make the plan anew with 'overlaybridge plan create'.");
    }

    private static PlanOrigin Origin(Section file)
    {
        var origin = file.Child("origin", "The origin", PlanKeys.Origin, required: true);
        return origin is null ? new("", 0, default) : new(
            origin.Text("source", "the store that the plan was made from"), origin.Required("index", Forms.Index, "the store's index at that time", 0UL),
            origin.Required("created", Forms.Moment, "a time such as 2026-01-31T22:00:00Z", default(DateTimeOffset)));
    }

    private static PlanLimits Limits(Section file)
    {
        var limits = file.Child("limits", "The limits", PlanKeys.Limits, required: true);
        return limits is null ? new(new(1, null), 1) : new(
            limits.Required("maxUnavailable", Forms.Allowance, AllowanceForm, new Allowance(1, null)), limits.Required("parallel", Forms.Number, "a number of hosts from 1", 1));
    }

    private static ImmutableArray<PlanNetwork> Networks(Section file) =>
    [
        .. from network in file.Children("networks", "A network", PlanKeys.Network, required: true)
           select new PlanNetwork(
               network.Name("name"), network.Text("id", "the legacy network's id of 64 hex digits"),
               network.Required<IPNetwork>("subnet", Forms.Subnet, "a subnet such as 10.60.0.0/24", default))
           {
               MoreSubnets = network.Values<IPNetwork>("moreSubnets", Forms.Subnet, "a subnet such as 10.60.0.0/24", default),
           },
    ];

    private static ImmutableArray<PlanHost> Hosts(Section file, ImmutableArray<ReplicaSet> sets)
    {
        var setOf = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var set in sets)
            foreach (var member in set.Members)
                setOf.TryAdd(member, set.Name);
        return [.. file.Children("hosts", "A host", PlanKeys.Host, required: true).Select(host => Host(host, setOf))];
    }

    private static PlanHost Host(Section host, Dictionary<string, string> setOf)
    {
        var name = host.Name("name");
        return new(
            name,
            host.Required("vtep", Forms.Address, "an address such as 172.31.0.1", IPAddress.None),
            host.Optional("strategy", Forms.Strategy, "convert-host or move-container", HostStrategy.ConvertHost, hidesNames: true),
            host.Text("engineVersion", "the engine's version, such as 20.10.5"),
            host.OptionalText("upgradeTo", "the engine's version, such as 26.1.5"),
            [.. host.Children("containers", "A container", PlanKeys.Container, required: false).Select(container => Container(container, name, setOf))])
        {
            Upgrade = host.Optional("upgrade", Forms.Upgrade, "with-conversion or afterwards", UpgradeTime.WithConversion),
        };
    }

    private static PlanContainer Container(Section container, string host, Dictionary<string, string> setOf)
    {
        var name = container.Name("name");
        return new(
            container.Text("id", "the container's id of 64 hex digits"), name, container.Optional("running", Forms.Flag, "true or false", true),
            setOf.GetValueOrDefault($"{host}/{name}"), container.OptionalText("moveTo", "the name of a swarm host"),
            [.. container.Children("attachments", "An attachment", PlanKeys.Attachment, required: false).Select(Attachment)])
        {
            LeaveBehind = container.Names("leaveBehind"),
        };
    }

    private static PlanAttachment Attachment(Section attachment) => new(
        attachment.Text("network", "a network's name"), attachment.Required("address", Forms.Address, "an address such as 10.60.0.2", IPAddress.None),
        attachment.Required("mac", Forms.Mac, "a MAC address such as \"02:42:0a:3c:00:02\"", PhysicalAddress.None), attachment.Names("aliases"));

    private static ImmutableArray<ReplicaSet> Sets(Section file) =>
    [
        .. from set in file.Children("replicaSets", "A replica set", PlanKeys.ReplicaSet, required: false)
           select new ReplicaSet(
               set.Name("name"), set.Names("members"), set.Optional("maxUnavailable", Forms.OptionalAllowance, AllowanceForm, (Allowance?)null)),
    ];

    private static PlanComposeProject Project(Section project) => new(
        project.Name("name"), project.Text("host", "the name of a host"), project.Text("directory", "the absolute path of a folder on the host"), project.Names("files"));

    private static PlanConstraints Constraints(Section file)
    {
        var constraints = file.Child("constraints", "The constraints", PlanKeys.Constraints, required: false);
        return constraints is null ? PlanConstraints.None : new(
            constraints.OptionalText("canary", "the name of a host"), constraints.Names("first"), constraints.Names("last"), constraints.NameGroups("together"),
            constraints.NameGroups("apart"))
        {
            Order =
            [
                .. from pair in constraints.Children("order", "A pair of an order", PlanKeys.Order, required: false)
                   select new HostOrder(pair.Text("host", "the name of a host"), pair.Text("after", "the name of a host")),
            ],
        };
    }
}
