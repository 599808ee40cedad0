using OverlayBridge.Compose.Checks;
using OverlayBridge.Compose.Transition;

namespace OverlayBridge.Compose.Tests.Checks;

public sealed class ComposeCheckTests
{
    private const string External = "networks: {appnet: {external: true}}";

    [Theory]
    [InlineData("web: {image: a, networks: [appnet], links: [db]}\n  db: {image: a, networks: [appnet]}", "OC01", "a.yml:2:47", "Take the link out")]
    [InlineData("web: {image: a, networks: [appnet], external_links: ['old:o']}", "OC02", "a.yml:2:56", "as 'o'")]
    [InlineData("web: {image: a, network_mode: 'container:x'}", "OC03", "a.yml:2:19", "service:NAME")]
    [InlineData("web: {image: a, network_mode: 'service:db'}\n  db: {image: a}", "OC04", "a.yml:2:19", "in one step")]
    [InlineData("web: {image: a, network_mode: host}", "OC05", "a.yml:2:19", "list the shared network")]
    [InlineData("web: {image: a, network_mode: appnet}", "OC06", "a.yml:2:19", "networks:")]
    [InlineData("web: {image: a, networks: {appnet: {ipv4_address: 10.60.0.200}}}", "OC07", "a.yml:2:39", "outside of 10.60.0.128/25")]
    [InlineData("web: {image: a, networks: {appnet: {ipv4_address: 10.61.0.2}}}", "OC08", "a.yml:2:39", "10.60.0.0/24")]
    [InlineData("web: {image: a, networks: {appnet: {ipv4_address: 10.60.0.2}}}", "OC09", "a.yml:2:39", "remove 'db'")]
    [InlineData("web: {image: a, networks: {appnet: {ipv4_address: 10.60.0.9}}}", "OC10", "a.yml:2:39", "let swarm choose")]
    [InlineData("web: {image: a, scale: 2, networks: {appnet: {ipv4_address: 10.60.0.9}}}", "OC11", "a.yml:2:49", "one container")]
    [InlineData("web: {image: a, container_name: db, networks: [appnet]}", "OC12", "a.yml:2:19", "another container_name")]
    [InlineData("web: {image: a, networks: {appnet: {aliases: [x, database]}}}", "OC13", "a.yml:2:52", "rename one")]
    [InlineData("web: {image: a, networks: {appnet: {aliases: [api]}}}\n  api: {image: a, networks: [appnet]}", "OC14", "a.yml:2:49", "rename one")]
    [InlineData("web: {image: a, networks: {appnet: {ipv6_address: 'fd00::2'}}}", "OC16", "a.yml:2:39", "Take it out")]
    [InlineData("web: {image: a, ports: ['80:80'], networks: [appnet]}", "OC22", "a.yml:2:19", "new host")]
    [InlineData("web: {image: a, deploy: {endpoint_mode: vip}, networks: [appnet]}", "OC23", "a.yml:2:28", "dnsrr")]
    [InlineData("web: {image: a, dns: 10.0.0.53, networks: [appnet]}", "OC24", "a.yml:2:19", "override")]
    [InlineData("web: {image: a, netwroks: [appnet]}", "OC25", "a.yml:2:19", "spelling")]
    [InlineData("web: {image: a, networks: {appnet: {ipv4: 1}}}", "OC25", "a.yml:2:39", "spelling")]
    [InlineData("web: {image: a, networks: {appnet: {ipv4_address: 10.60}}}", "OC27", "a.yml:2:39", "Correct")]
    [InlineData("web: {image: a, container_name: w, scale: 2, networks: [appnet]}", "OC28", "a.yml:2:19", "container_name")]
    public void A_service_that_would_break_is_found_at_its_place_with_a_remedy(string services, string rule, string place, string remedy)
    {
        var files = Texts.Read($"services:\n  {services}\n{External}");
        var facts = Texts.Facts(Texts.Legacy("db", "10.60.0.2", "database"));

        var finding = Assert.Single(ComposeCheck.Find(files, facts), finding => finding.Rule.Id == rule);

        Assert.Equal(place, finding.At.ToString());
        Assert.Contains(remedy, finding.Repair, StringComparison.Ordinal);
        Assert.NotEmpty(finding.Cause);
    }

    [Theory]
    [InlineData("{driver: overlay, driver_opts: {encrypted: ''}}", "OC15", "a.yml:3:38")]
    [InlineData("{driver: overlay, enable_ipv6: true}", "OC16", "a.yml:3:24")]
    [InlineData("{driver: overlay, internal: true}", "OC17", "a.yml:3:24")]
    [InlineData("{driver: macvlan, name: appnet}", "OC18", "a.yml:3:7")]
    [InlineData("{driver: overlay}", "OC21", "a.yml:3:3")]
    [InlineData("{driver: overlay, nmae: x}", "OC25", "a.yml:3:24")]
    public void A_network_that_would_break_is_found_at_its_place(string network, string rule, string place)
    {
        var files = Texts.Read($"services: {{web: {{image: a, networks: [n]}}}}\nnetworks:\n  n: {network}");
        var facts = TransitionFacts.None with { Named = ["appnet", "app_n"] };

        var finding = Assert.Single(ComposeCheck.Find(files, facts), finding => finding.Rule.Id == rule);

        Assert.Equal("n", finding.Network);
        Assert.Equal(place, finding.At.ToString());
    }

    [Fact]
    public void A_legacy_network_that_swarm_does_not_have_yet_is_named_with_the_command_that_gives_it()
    {
        var facts = Texts.Facts();
        facts = facts with { Networks = facts.Networks.SetItem("appnet", facts.Networks["appnet"] with { IsExposed = false, Fence = null }) };

        var finding = Assert.Single(ComposeCheck.Find(Texts.Read($"services: {{web: {{image: a, networks: [appnet]}}}}\n{External}"), facts));

        Assert.Equal("OC19", finding.Rule.Id);
        Assert.Contains("overlaybridge network expose appnet", finding.Repair, StringComparison.Ordinal);
    }

    [Fact]
    public void A_subnet_that_the_network_does_not_have_is_found() => Assert.Contains(
        ComposeCheck.Find(
            Texts.Read("services: {web: {image: a, networks: [n]}}\nnetworks: {n: {name: appnet, driver: overlay, ipam: {config: [{subnet: 10.9.0.0/24}]}}}"), Texts.Facts()),
        finding => finding.Rule.Id == "OC20");

    [Fact]
    public void The_first_format_is_found_and_its_fields_are_known()
    {
        var findings = ComposeCheck.Find(Texts.Read("web: {image: a, net: host, log_driver: none}"), TransitionFacts.None);

        Assert.Equal(["OC05", "OC26"], findings.Select(finding => finding.Rule.Id).Order());
    }

    [Fact]
    public void A_services_own_container_on_the_legacy_side_is_no_clash()
    {
        var own = Texts.Legacy("app_web_1", "10.60.0.7", "web");
        var labelled = Texts.Legacy("anything", "10.60.0.7", "web") with { Project = "app", Service = "web" };
        var files = Texts.Read($"services: {{web: {{image: a, networks: {{appnet: {{ipv4_address: 10.60.0.7}}}}}}}}\n{External}");

        Assert.Empty(ComposeCheck.Find(files, Texts.Facts(own)));
        Assert.Empty(ComposeCheck.Find(files, Texts.Facts(labelled)));
    }

    [Fact]
    public void A_clean_file_has_no_findings() =>
        Assert.Empty(ComposeCheck.Find(Texts.Read($"services: {{web: {{image: a, networks: [appnet]}}}}\n{External}"), Texts.Facts(Texts.Legacy("db", "10.60.0.2", "database"))));

    [Fact]
    public void What_is_on_no_shared_network_is_left_alone() =>
        Assert.Empty(ComposeCheck.Find(Texts.Read("services: {web: {image: a, ports: ['80:80'], networks: {own: {ipv4_address: 10.60.0.200}}}}\nnetworks: {own: {driver: bridge}}"), Texts.Facts()));

    [Fact]
    public void Every_rule_has_an_id_and_a_name_of_its_own()
    {
        Assert.Equal(ComposeRules.All.Length, ComposeRules.All.Select(rule => rule.Id).Distinct().Count());
        Assert.Equal(ComposeRules.All.Length, ComposeRules.All.Select(rule => rule.Name).Distinct().Count());
        Assert.Equal(ComposeRules.All.Select(rule => rule.Id).Order(), ComposeRules.All.Select(rule => rule.Id));
    }
}
