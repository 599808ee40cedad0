using CsCheck;
using OverlayBridge.Overlay.Plans;

namespace OverlayBridge.Plans.Tests.Reading;

public sealed class PlanReadingTests
{
    [Fact]
    public void A_valid_plan_is_read_whole()
    {
        var plan = PlanTexts.Plan;

        Assert.Equal(("lab", "h4", 61UL), (plan.Name, plan.Manager, plan.Origin.Index));
        Assert.Equal(["h5"], plan.SwarmHosts);
        Assert.Equal((UpgradeTime.Afterwards, "26.1.5"), (plan.Hosts[0].Upgrade, plan.Hosts[0].UpgradeTo));
        Assert.Equal(("shop/web", "h5", false), (plan.Hosts[1].Containers[0].ReplicaSet, plan.Hosts[1].Containers[0].MoveTo, plan.Hosts[1].Containers[1].IsRunning));
        Assert.Equal(new(null, 50), plan.ReplicaSets[0].MaxUnavailable);
        Assert.Equal([DayOfWeek.Saturday, DayOfWeek.Sunday], plan.Stages[1].Window!.Days);
        var probe = Assert.IsType<Gate.Probe>(plan.Stages[1].Gates[3]);
        Assert.Equal((TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(2), 4, 0.025), (probe.Interval, probe.Timeout, probe.Successes, probe.ErrorBudget));
        Assert.Equal(["true", "a b"], Assert.IsType<ProbeTarget.Exec>(Assert.IsType<Gate.Probe>(plan.Stages[1].Gates[5]).Target).Command);
        Assert.Equal(
            ["check-store.h1", "check-store.h2", "expose-network.appnet", "convert-host.h1", "clean-records.h1", "upgrade-engine.h1", "update-compose.h1.shop",
                "move-container.h2.web", "convert-host.h2", "clean-records.h2", "unexpose.appnet", "retire.h1", "retire.h2", "retire.h5", "retire.h4"],
            PlanSteps.Of(plan).Select(static step => step.Id));
    }

    [Fact]
    public void What_was_written_reads_as_the_same_plan_and_is_written_the_same_again()
    {
        var written = PlanWriter.Write(PlanTexts.Plan, ["3 stages; fewer are not possible."], "plan-file.schema.json");
        var again = PlanTexts.Read(written);

        Assert.Empty(again.Faults);
        Assert.Equal(written, PlanWriter.Write(again.Valid, ["3 stages; fewer are not possible."], "plan-file.schema.json"));
        Golden.Matches("OverlayBridge.Plans.Tests", "written.yaml", written);
        Assert.All(written.Split('\n').Where(static line => line.TrimStart().StartsWith("# ", StringComparison.Ordinal)), static line => Assert.InRange(line.Length, 0, 80));
    }

    [Fact]
    public void Further_subnets_and_what_is_left_behind_are_read_and_written()
    {
        var reading = PlanTexts.Read(PlanTexts.With(
            ("subnet: 10.60.0.0/24", "subnet: 10.60.0.0/24\n    moreSubnets: [10.61.0.0/24, 10.62.0.0/16]"), ("address: 10.60.0.3", "address: 10.61.0.3"),
            ("moveTo: h5", "moveTo: h5\n        leaveBehind: [/srv/cache, \"/var/lib/app/a b\"]")));

        var again = PlanTexts.Read(PlanWriter.Write(reading.Valid, [], null)).Valid;
        Assert.Equal(["10.60.0.0/24", "10.61.0.0/24", "10.62.0.0/16"], again.Networks[0].Subnets.Select(static subnet => subnet.ToString()));
        Assert.Equal(["/srv/cache", "/var/lib/app/a b"], again.Hosts[1].Containers[0].LeaveBehind);
    }

    public static TheoryData<string, string, string> OneFault => new()
    {
        // The form.
        { "formatVersion: 1", "formatVersion: 2", "1:1 The file is of another format." },
        { "name: lab\n", "", "1:1 'name' is missing." },
        { "name: lab\n", "name: lab\nname: lib\n", "3:1 'name' is here for the second time." },
        { "swarmHosts: [h5]", "swarmHosts: [h5]\nsecret: x", "9:1 'secret' is no key of this." },
        { "  index: 61", "  index: many", "5:10 'index' is 'many'." },
        { "created: 2026-11-27T20:00:00Z", "created: yesterday", "6:12 'created' is 'yesterday'." },
        { "parallel: 2", "parallel: two", "9:39 'parallel' is 'two'." },
        { "maxUnavailable: 1,", "maxUnavailable: 0,", "9:26 'maxUnavailable' is '0'." },
        { "maxUnavailable: 50%", "maxUnavailable: 101%", "41:21 'maxUnavailable' is '101%'." },
        { "subnet: 10.60.0.0/24", "subnet: 10.60.0.1/24", "13:13 'subnet' is '10.60.0.1/24'." },
        { "vtep: 172.31.0.1", "vtep: 172.31", "16:11 'vtep' is '172.31'." },
        { "strategy: move-container", "strategy: teleport", "27:15 'strategy' is 'teleport'." },
        { "mac: \"02:42:0a:3c:00:03\"", "mac: \"02:42\"", "34:56 'mac' is '02:42'." },
        { "kind: hosts\n    hosts: [h2]", "kind: host\n    hosts: [h2]", "65:11 'kind' is 'host'." },
        { "from: \"22:00\"", "from: \"22\"", "53:46 'from' is '22'." },
        { "interval: 500ms", "interval: 500", "59:62 'interval' is '500'." },
        { "errorBudget: 2.5%", "errorBudget: 200%", "59:109 'errorBudget' is '200%'." },
        { "- {name: asked, approval: true}", "- {name: asked}", "57:10 The gate 'asked' says nothing to wait for." },
        { "- {name: asked, approval: true}", "- {name: asked, approval: true, replicas: all}", "57:10 The gate 'asked' is several at once: approval, replicas." },
        { "{from: h5, tcp: \"10.60.0.2:80\"}", "{from: h5}", "61:17 The probe has no target." },
        { "tcp: \"10.60.0.2:80\"", "tcp: \"10.60.0.2\"", "61:32 'tcp' is '10.60.0.2'." },
        { "members: [h1/web, h2/web]", "members: h1/web", "40:14 'members' is 'h1/web'." },
        { "webhooks: [\"https://hooks.example/x\"]", "webhooks: [\"ftp://x\"]", "69:12 'webhooks' is 'ftp://x'." },
        // What it says.
        { "name: lab\n", "name: a/b\n", "2:7 'a/b' is no name that can stand in a key." },
        { "manager: h4", "manager: h1", "7:10 'h1' is itself a legacy host of this plan." },
        { "swarmHosts: [h5]", "swarmHosts: [h5, h2]", "8:18 'h2' is a legacy host of this plan." },
        { "- name: h2\n    vtep: 172.31.0.2", "- name: h2\n    vtep: 172.31.0.1", "26:11 'h2' has the address of 'h1', 172.31.0.1." },
        { "upgradeTo: 26.1.5", "upgradeTo: \"26; rm\"", "18:16 '26; rm' is no version of an engine." },
        { "    upgradeTo: 26.1.5\n", "", "18:14 'h1' is to be upgraded, but not to what." },
        { "moveTo: h5", "moveTo: h9", "32:17 'h9' is no swarm host of this plan." },
        { "moveTo: h5\n", "moveTo: h5\n        leaveBehind: [/srv, srv]\n", "33:22 'srv' is no path in 'web'." },
        { "moveTo: h5\n", "moveTo: h5\n        leaveBehind: [/srv/]\n", "33:22 '/srv/' is no path in 'web'." },
        { "subnet: 10.60.0.0/24", "subnet: 10.60.0.0/24\n    moreSubnets: [10.61]", "14:19 'moreSubnets' is '10.61'." },
        { "host: h1, directory", "host: h2, directory", "43:24 'shop' would be brought up on 'h2', from which its containers move." },
        { "        moveTo: h5\n", "", "30:9 Nothing says where 'web' of 'h2' is to move." },
        { "{network: appnet, address: 10.60.0.3", "{network: other, address: 10.60.0.3", "34:23 There is no network 'other'." },
        { "address: 10.60.0.3", "address: 10.61.0.3", "34:40 10.61.0.3 of h2/web is not in 'appnet'." },
        { "address: 10.60.0.3", "address: 10.60.0.2", "34:40 h2/web has the address of h1/web, 10.60.0.2 on 'appnet'." },
        { "members: [h1/web, h2/web]", "members: [h1/web, h2/nope]", "40:23 'h2' has no container 'nope'." },
        { "members: [h1/web, h2/web]", "members: [h1/web, h8/web]", "40:23 There is no host 'h8'." },
        { "members: [h1/web, h2/web]", "members: [h1/web, h1/web]", "40:23 'h1/web' is in 'shop/web' already." },
        { "host: h1, directory", "host: h4, directory", "43:24 There is no host 'h4'." },
        { "directory: /srv/shop", "directory: srv", "43:39 'srv' is no absolute path." },
        { "canary: h1", "canary: h7", "45:11 There is no host 'h7'." },
        { "hosts: [h2]", "hosts: [h2, h6]", "66:17 There is no host 'h6'." },
        { "hosts: [h2]", "hosts: [h2, h1]", "66:17 'h1' goes in 'one' already." },
        { "replicas: [shop/web]", "replicas: [shop/wob]", "56:33 There is no replica set 'shop/wob'." },
        { "{from: h1/web", "{from: h1/wob", "59:23 'h1' has no container 'wob'." },
        { "{from: h5,", "{from: h6,", "61:23 There is no host 'h6'." },
        { "{from: h2/web, exec", "{from: h2, exec", "63:23 The probe 'runs' runs a command, but in no container." },
        { "to: \"04:00\"", "to: \"22:00\"", "53:59 The window ends when it begins." },
        { "webhooks: [\"https://hooks", "webhooks: [\"https://me:pw@hooks", "69:12 The address of a webhook at hooks.example holds a user or password." },
        { "  - name: prepare\n    kind: prepare\n", "", "48:3 No stage prepares." },
        { "  - name: two\n", "  - name: one\n", "64:11 'one' is there for the second time." },
        { "order: [{host: h2, after: h1}]", "order: [{host: h2, after: h2}]", "46:11 'h2' is to go after itself." },
    };

    [Theory, MemberData(nameof(OneFault))]
    public void Each_fault_is_told_once_with_its_line_and_column(string old, string changed, string expected) =>
        Assert.Equal([expected], PlanTexts.Lines(PlanTexts.Read(PlanTexts.With((old, changed)))));

    [Fact]
    public void All_faults_are_told_not_only_the_first()
    {
        var reading = PlanTexts.Read(PlanTexts.With(
            ("  index: 61", "  index: many"), ("vtep: 172.31.0.1", "vtep: 172.31"), ("canary: h1", "canary: h7"), ("hosts: [h2]", "hosts: [h2, h6]")));

        Assert.Equal(
            ["5:10 'index' is 'many'.", "16:11 'vtep' is '172.31'.", "45:11 There is no host 'h7'.", "66:17 There is no host 'h6'."], PlanTexts.Lines(reading));
        Assert.Contains("one of 4 faults", Assert.Throws<PlanFileException>(() => reading.Valid).Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Contradictions_are_named_with_all_that_take_part_and_nothing_else()
    {
        var cycle = PlanTexts.Read(PlanTexts.With(("order: [{host: h2, after: h1}]", "order: [{host: h2, after: h1}, {host: h1, after: h2}]"), ("canary: h1\n  ", "")));
        var together = PlanTexts.Read(PlanTexts.With(("canary: h1", "together: [[h1, h2]]"), ("order: [{host: h2, after: h1}]", "last: [h2]")));

        Assert.Contains("45:11 These cannot all be kept: h2 after h1; h1 after h2.", PlanTexts.Lines(cycle));
        Assert.Contains("45:14 These cannot all be kept: together [h1, h2]; at most 1 of the 2 replicas of 'shop/web' away at once.", PlanTexts.Lines(together));
    }

    [Fact]
    public void A_stage_that_takes_too_many_replicas_away_is_told_with_the_stage()
    {
        var text = PlanTexts.With(("hosts: [h1]", "hosts: [h1, h2]"), ("  - name: two\n    kind: hosts\n    hosts: [h2]\n", ""), ("  canary: h1\n  order: [{host: h2, after: h1}]\n", "  first: [h1]\n"));

        Assert.Equal(["51:12 'one' takes 2 of the 2 replicas of 'shop/web' away at once."], PlanTexts.Lines(PlanTexts.Read(text)));
    }

    [Theory]
    [InlineData("a: b: c", "1:5 This is no valid YAML.")]
    [InlineData("- a", "1:1 The file consists of a list.")]
    [InlineData("hosts: x", "1:1 'formatVersion' is missing.")]
    public void What_is_no_plan_at_all_is_told_too(string text, string first) => Assert.Equal(first, PlanTexts.Lines(PlanTexts.Read(text))[0]);

    [Fact]
    public void Whatever_is_changed_in_a_plan_it_reads_or_says_why_not()
    {
        string[] pieces = ["", "x", "[", "]", "{", "}", ": ", "- ", "\n", "  ", "\"", "'", "null", "0", "-1", "*a", "&a ", "<<: ", "!x ", "%", "é", "\0", "#", "h1", "99999999999"];
        (from at in Gen.Int[0, PlanTexts.Valid.Length - 1] from length in Gen.Int[0, 12] from piece in Gen.OneOf(pieces) select (at, length, piece)).Sample(
            change =>
            {
                var text = PlanTexts.Valid.Remove(change.at, Math.Min(change.length, PlanTexts.Valid.Length - change.at)).Insert(change.at, change.piece);
                var reading = PlanTexts.Read(text);
                Assert.True(reading.Faults.IsEmpty ? reading.Plan is not null : reading.Faults.All(static fault => fault.At.Line > 0 && fault.Remedy.Length > 0));
            },
            iter: 3000);
    }
}
