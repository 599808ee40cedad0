using System.Collections.Immutable;
using System.Net;
using CsCheck;
using OverlayBridge.Compose.Overrides;
using OverlayBridge.Compose.Projects;
using OverlayBridge.Compose.Transition;

namespace OverlayBridge.Compose.Tests.Overrides;

public sealed class OverrideTests
{
    private static readonly IPAddress Server = IPAddress.Parse("172.18.0.1");

    private static readonly OverrideRequest Plain = new(Server, [], false, ComposeGeneration.Two);

    private static readonly string[] Services = ["web", "db", "queue"];
    private static readonly string[] Networks = ["appnet", "back", "own"];

    /// <summary>Projects with everything that an override touches.</summary>
    private static readonly Gen<string> Projects =
        from services in Service().List[1, 3]
        from networks in Gen.OneOf("{external: true}", "{driver: overlay}", "{driver: overlay, driver_opts: {a: b}, ipam: {config: [{subnet: 10.60.0.0/24}]}}", "{external: {name: other}}", "{driver: bridge}", "").List[3]
        from version in Gen.OneOf("", "version: '2.1'\n", "version: '3.9'\n")
        select $"{version}services:\n{string.Concat(services.Select((service, number) => $"  {Services[number]}: {service}\n"))}networks:\n{string.Concat(networks.Select((network, number) => $"  {Networks[number]}: {network}\n"))}";

    [Fact]
    public void Laid_over_its_files_it_changes_nothing_but_name_servers_and_what_makes_networks_external() => Projects.Sample(text =>
    {
        var before = Texts.Read(text);
        var yaml = OverrideWriter.Write(OverridePlanner.Plan(before, TransitionFacts.None, Plain), ComposeGeneration.Two, ["a.yml"]);

        var after = Texts.Read(text, yaml);

        Assert.Equal(
            ComposeCases.Text(before.Project with { Networks = before.Project.Networks.Clear(), Services = Without(before.Project.Services) }),
            ComposeCases.Text(after.Project with { Networks = after.Project.Networks.Clear(), Services = Without(after.Project.Services) }));
        Assert.Equal(before.Project.Networks.Select(network => (network.Key, network.Value.RealName)), after.Project.Networks.Select(network => (network.Key, network.Value.RealName)));
        var shared = new SharedPlaces(before.Project, TransitionFacts.None);
        Assert.All(shared.Networks.Keys, key => Assert.True(after.Project.Networks[key] is { IsExternal: true, HasSettings: false }));
        Assert.All(shared.Places, place => Assert.Equal("172.18.0.1", after.Project.Services[place.Service.Name].Dns[0]));
        Assert.All(shared.Places, place => Assert.Equal(place.Service.Dns.Where(server => server != "172.18.0.1").Distinct(), after.Project.Services[place.Service.Name].Dns.Skip(1)));
    });

    [Fact]
    public void An_override_of_files_with_their_override_is_empty() => Projects.Sample(text =>
    {
        var yaml = OverrideWriter.Write(OverridePlanner.Plan(Texts.Read(text), TransitionFacts.None, Plain), ComposeGeneration.Two, ["a.yml"]);

        Assert.True(OverridePlanner.Plan(Texts.Read(text, yaml), TransitionFacts.None, Plain).IsEmpty);
    });

    [Fact]
    public void Names_that_need_quotes_come_back_as_they_were() => Gen.String[Gen.Char[' ', '~'], 1, 12].Sample(name =>
    {
        var key = name.Replace("$", "", StringComparison.Ordinal) is { Length: > 0 } usable ? usable : "x";
        var text = $"services: {{{Quoted(key)}: {{image: a, networks: [n]}}}}\nnetworks: {{n: {{driver: overlay, name: {Quoted(name.Replace("$", "$$", StringComparison.Ordinal))}}}}}";
        var before = Texts.Read(text);

        var after = Texts.Read(text, OverrideWriter.Write(OverridePlanner.Plan(before, TransitionFacts.None, Plain), ComposeGeneration.Two, ["a.yml"]));

        Assert.Equal(name, after.Project.Networks["n"].RealName);
        Assert.Equal(["172.18.0.1"], after.Project.Services[key].Dns);
    });

    [Fact]
    public void Addresses_are_kept_where_they_are_not_swarms_to_give()
    {
        var files = Texts.Read("services: {web: {image: a, networks: [appnet]}, db: {image: a, networks: [appnet]}, gone: {image: a, networks: [appnet]}}\nnetworks: {appnet: {external: true}}");
        var facts = Texts.Facts(Texts.Legacy("app_web_1", "10.60.0.3"), Texts.Legacy("app-db-1", "10.60.0.130"), Texts.Legacy("other", "10.60.0.4"));

        var plan = OverridePlanner.Plan(files, facts, Plain with { Server = null, KeepAddresses = true });

        var service = Assert.Single(plan.Services);
        Assert.Equal(("web", "10.60.0.3"), (service.Name, Assert.Single(service.Places).Address.ToString()));
        Assert.Equal(2, plan.Notes.Length);
    }

    [Theory]
    [InlineData("web", null, "10.60.0.200", "inside the fence")]
    [InlineData("web", null, "10.61.0.2", "10.60.0.0/24")]
    [InlineData("web", null, "10.60.0.2", "'db' on h1")]
    [InlineData("web", "own", "10.60.0.9", "web on appnet")]
    [InlineData("gone", null, "10.60.0.9", "web on appnet")]
    [InlineData("many", null, "10.60.0.9", "2 containers")]
    public void An_address_that_cannot_be_given_is_refused(string service, string? network, string address, string why)
    {
        var files = Texts.Read("services: {web: {image: a, networks: [appnet]}, many: {image: a, scale: 2, networks: [appnet]}}\nnetworks: {appnet: {external: true}}");

        var failure = Assert.Throws<ComposeException>(() => OverridePlanner.Plan(
            files, Texts.Facts(Texts.Legacy("db", "10.60.0.2")), Plain with { Addresses = [new(service, network, IPAddress.Parse(address))] }));

        Assert.Contains(why, failure.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void For_Compose_1_there_are_no_tags_and_what_it_cannot_merge_is_noted()
    {
        var files = Texts.Read("version: '2.1'\nservices: {web: {image: a, dns: 10.0.0.53, networks: {n: {aliases: [w]}}}}\nnetworks: {n: {driver: overlay}}");

        var plan = OverridePlanner.Plan(files, TransitionFacts.None, Plain with { For = ComposeGeneration.One, Addresses = [new("web", null, IPAddress.Parse("10.0.0.7"))] });

        Assert.False(plan.UsesTags);
        Assert.Contains("write 172.18.0.1 first", Assert.Single(plan.Notes), StringComparison.Ordinal);
        Assert.Equal(["w"], plan.Services[0].Places[0].Aliases);
        Assert.DoesNotContain("!override", OverrideWriter.Write(plan, ComposeGeneration.One, ["a.yml"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2.0", "external:\n      name: app_n")]
    [InlineData("3.4", "external:\n      name: app_n")]
    [InlineData("2.1", "external: true\n    name: app_n")]
    [InlineData("3.5", "external: true\n    name: app_n")]
    [InlineData("3.10", "external: true\n    name: app_n")]
    public void The_network_is_named_as_the_files_format_wants_it(string version, string expected) => Assert.Contains(
        expected,
        OverrideWriter.Write(
            OverridePlanner.Plan(Texts.Read($"version: '{version}'\nservices: {{web: {{image: a, networks: [n]}}}}\nnetworks: {{n: {{driver: overlay}}}}"), TransitionFacts.None, Plain),
            ComposeGeneration.Two, ["a.yml"]),
        StringComparison.Ordinal);

    private static Gen<string> Service() =>
        from networks in Gen.OneOf("[appnet]", "[appnet, back]", "{back: {aliases: [x, y], ipv4_address: 10.60.0.7}}", "[own]", "{appnet: , own: {}}")
        from dns in Gen.OneOf("", ", dns: 10.0.0.53", ", dns: [10.0.0.53, 10.0.0.54]", ", dns: [172.18.0.1, 10.0.0.53]", ", dns: [10.0.0.53, 172.18.0.1]")
        from more in Gen.OneOf("", ", links: [web]", ", container_name: one", ", ports: ['80:80']", ", scale: 3")
        select $"{{image: a, networks: {networks}{dns}{more}}}";

    private static ImmutableSortedDictionary<string, ComposeService> Without(ImmutableSortedDictionary<string, ComposeService> services) =>
        ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, services.Select(service => KeyValuePair.Create(service.Key, service.Value with { Dns = [] })));

    private static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
