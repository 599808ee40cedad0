using System.Collections.Immutable;
using System.Globalization;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Plans.Reading;
using OverlayBridge.Plans.Writing;

namespace OverlayBridge.Plans;

/// <summary>A plan as the file that people review and edit: each section with a comment that says what it is and how it is changed.</summary>
public sealed class PlanWriter
{
    private readonly MigrationPlan _plan;
    private readonly PlanText _text = new();

    private PlanWriter(MigrationPlan plan) => _plan = plan;

    /// <param name="remarks">Sentences at the top, such as how many stages there are and why not fewer.</param>
    /// <param name="schema">Where editors find the schema, a path or an address; null for none.</param>
    public static string Write(MigrationPlan plan, ImmutableArray<string> remarks, string? schema)
    {
        var writer = new PlanWriter(plan);
        writer.Head(remarks, schema);
        foreach (var key in PlanKeys.File)
            writer.Section(key);
        return writer._text.ToString();
    }

    /// <summary>One section, from its comment to its last line, each ended by a line feed; empty when there is nothing to say.</summary>
    internal static string WriteSection(MigrationPlan plan, string key)
    {
        var writer = new PlanWriter(plan);
        writer.Section(key);
        return writer._text.ToString();
    }

    private void Head(ImmutableArray<string> remarks, string? schema)
    {
        if (schema is not null)
            _text.Comment($"yaml-language-server: $schema={schema}");
        _text.Comment($"Plan '{_plan.Name}' of a staged cutover from the legacy overlay to swarm.");
        foreach (var remark in remarks)
            _text.Comment(remark);
        _text.Comment("Edit it freely; 'overlaybridge plan validate FILE' says what is wrong, 'plan show FILE' what it will do, and 'migrate start FILE --dry-run' each change on each host.");
    }

    private void Section(string key)
    {
        switch (key)
        {
            case "formatVersion":
                _text.Value(key, MigrationPlan.FormatVersion);
                break;
            case "name":
                Comment("Names the plan everywhere. Retiring the bridge wants it typed.");
                _text.Value(key, _plan.Name);
                break;
            case "origin":
                Comment("What the plan was made from. A plan whose world changed since is refused; 'overlaybridge plan refresh' brings it up to date where that is safe. Not to be edited.");
                _text.Key(key);
                _text.Below(Origin);
                break;
            case "manager":
                Comment("The host (as its agent is called) of a swarm manager: the networks are exposed and retired there.");
                _text.Value(key, _plan.Manager);
                break;
            case "swarmHosts" when !_plan.SwarmHosts.IsEmpty:
                Comment("Further hosts of the swarm that the plan counts on: containers are moved there, probes run there.");
                _text.Raw(key, PlanText.Flow(_plan.SwarmHosts));
                break;
            case "limits":
                Comment("maxUnavailable: how many replicas of a set may be away at once, a number or a share (25%), where the set says nothing else. parallel: how many hosts of a stage are worked on at once.");
                _text.Key(key);
                _text.Below(() =>
                {
                    _text.Raw("maxUnavailable", _plan.Limits.MaxUnavailable.ToString());
                    _text.Value("parallel", _plan.Limits.Parallel);
                });
                break;
            case "networks":
                Comment("The legacy networks that go over. Each is exposed as a swarm network of the same name in the first stage.");
                _text.List(key, _plan.Networks, Network);
                break;
            case "hosts":
                Comment("The legacy hosts that go over, with what ran on them. strategy: convert-host (in place: same containers, addresses, MAC addresses) or move-container (each container is made anew on the host of 'moveTo'; 'leaveBehind' lists paths that it wrote and does not need there). upgradeTo: the engine's version afterwards, exchanged in the same stop, or with 'upgrade: afterwards' in a step of its own.");
                _text.List(key, _plan.Hosts, Host);
                break;
            case "replicaSets" when !_plan.ReplicaSets.IsEmpty:
                Comment("Containers that stand for each other, from the labels of Compose and of swarm services. No stage takes away more of a set than its maxUnavailable (without one: that of 'limits'). Add sets for what has no labels.");
                _text.List(key, _plan.ReplicaSets, Set);
                break;
            case "compose" when !_plan.Compose.IsEmpty:
                Comment("Compose projects that are brought up from their files again, with the transition's override, once their host went over. For projects whose files stay as they are none is needed.");
                _text.List(key, _plan.Compose, Project);
                break;
            case "constraints" when HasConstraints:
                Comment("What is demanded of the stages. canary: goes alone and before all others. first, last: none of the others goes earlier, or later. together: lists of hosts that go in one stage. apart: lists of which no two go in one stage. order: 'host' goes in a later stage than 'after'.");
                _text.Key(key);
                _text.Below(Constraints);
                break;
            case "stages":
                Comment("Stage by stage: a stage begins when the one before is done and its gates are passed. Gates: approval (migrate approve STAGE), replicas (all that ran runs again: all, or a list of sets), probe (from HOST or HOST/CONTAINER: tcp, http or exec, through the whole stage). window: the hours in UTC in which steps may begin.");
                _text.List(key, _plan.Stages, Stage);
                break;
            case "webhooks" when !_plan.Webhooks.IsEmpty:
                Comment("Told of every event of the run by HTTP POST.");
                _text.Raw(key, PlanText.Flow(_plan.Webhooks.Select(static address => address.OriginalString)));
                break;
        }
    }

    private bool HasConstraints => _plan.Constraints is not { Canary: null, First.IsEmpty: true, Last.IsEmpty: true, Together.IsEmpty: true, Apart.IsEmpty: true, Order.IsEmpty: true };

    private void Comment(string text)
    {
        _text.Blank();
        _text.Comment(text);
    }

    private void Origin()
    {
        _text.Value("source", _plan.Origin.Source);
        _text.Raw("index", _plan.Origin.Index.ToString(CultureInfo.InvariantCulture));
        _text.Raw("created", Forms.Moment(_plan.Origin.Created));
    }

    private void Network(PlanNetwork network)
    {
        _text.Value("name", network.Name);
        _text.Value("id", network.Id);
        _text.Value("subnet", network.Subnet.ToString());
        if (network.Subnets.Length > 1)
            _text.Raw("moreSubnets", PlanText.Flow(network.MoreSubnets.Select(static subnet => subnet.ToString())));
    }

    private void Host(PlanHost host)
    {
        _text.Value("name", host.Name);
        _text.Value("vtep", host.Vtep.ToString());
        _text.Value("strategy", Forms.Word(host.Strategy));
        _text.Value("engineVersion", host.EngineVersion);
        if (host.UpgradeTo is { } version)
            _text.Value("upgradeTo", version);
        if (host.Upgrade == UpgradeTime.Afterwards)
            _text.Value("upgrade", Forms.Word(host.Upgrade));
        _text.List("containers", host.Containers, Container);
    }

    private void Container(PlanContainer container)
    {
        _text.Value("name", container.Name);
        _text.Value("id", container.Id);
        if (!container.IsRunning)
            _text.Raw("running", "false");
        if (container.MoveTo is { } target)
            _text.Value("moveTo", target);
        if (!container.LeaveBehind.IsDefaultOrEmpty)
            _text.Raw("leaveBehind", PlanText.Flow(container.LeaveBehind));
        _text.List("attachments", container.Attachments, Attachment);
    }

    private void Attachment(PlanAttachment attachment)
    {
        _text.Value("network", attachment.Network);
        _text.Value("address", attachment.Address.ToString());
        _text.Value("mac", attachment.MacAddress.ToColonText());
        if (!attachment.Aliases.IsEmpty)
            _text.Raw("aliases", PlanText.Flow(attachment.Aliases));
    }

    private void Set(ReplicaSet set)
    {
        _text.Value("name", set.Name);
        _text.Raw("members", PlanText.Flow(set.Members));
        if (set.MaxUnavailable is { } allowance)
            _text.Raw("maxUnavailable", allowance.ToString());
    }

    private void Project(PlanComposeProject project)
    {
        _text.Value("name", project.Name);
        _text.Value("host", project.Host);
        _text.Value("directory", project.Directory);
        _text.Raw("files", PlanText.Flow(project.Files));
    }

    private void Constraints()
    {
        if (_plan.Constraints.Canary is { } canary)
            _text.Value("canary", canary);
        if (!_plan.Constraints.First.IsEmpty)
            _text.Raw("first", PlanText.Flow(_plan.Constraints.First));
        if (!_plan.Constraints.Last.IsEmpty)
            _text.Raw("last", PlanText.Flow(_plan.Constraints.Last));
        Groups("together", _plan.Constraints.Together);
        Groups("apart", _plan.Constraints.Apart);
        _text.List("order", _plan.Constraints.Order, pair =>
        {
            _text.Value("host", pair.Host);
            _text.Value("after", pair.After);
        });
    }

    private void Groups(string key, ImmutableArray<ImmutableArray<string>> groups)
    {
        if (!groups.IsEmpty)
            _text.Raw(key, $"[{string.Join(", ", groups.Select(static group => PlanText.Flow(group)))}]");
    }

    private void Stage(PlanStage stage)
    {
        _text.Value("name", stage.Name);
        _text.Value("kind", Forms.Word(stage.Kind));
        if (!stage.Hosts.IsEmpty)
            _text.Raw("hosts", PlanText.Flow(stage.Hosts));
        if (stage.Window is { } window)
        {
            _text.Key("window");
            _text.Below(() => Window(window));
        }

        _text.List("gates", stage.Gates, WriteGate);
    }

    private void Window(MaintenanceWindow window)
    {
        if (!window.Days.IsEmpty)
            _text.Raw("days", PlanText.Flow(window.Days.Select(Forms.Word)));
        _text.Value("from", Forms.Time(window.From));
        _text.Value("to", Forms.Time(window.To));
    }

    private void WriteGate(Gate gate)
    {
        _text.Value("name", gate.Name);
        switch (gate)
        {
            case Gate.Approval:
                _text.Raw("approval", "true");
                break;
            case Gate.Replicas replicas:
                _text.Raw("replicas", replicas.Sets.IsEmpty ? "all" : PlanText.Flow(replicas.Sets));
                break;
            case Gate.Probe probe:
                _text.Key("probe");
                _text.Below(() => Probe(probe));
                break;
        }
    }

    private void Probe(Gate.Probe probe)
    {
        _text.Value("from", probe.From);
        switch (probe.Target)
        {
            case ProbeTarget.Tcp tcp:
                _text.Value("tcp", string.Create(CultureInfo.InvariantCulture, $"{tcp.Host}:{tcp.Port}"));
                break;
            case ProbeTarget.Http http:
                _text.Value("http", http.Address.OriginalString);
                break;
            case ProbeTarget.Exec exec:
                _text.Raw("exec", PlanText.Flow(exec.Command));
                break;
        }

        _text.Raw("interval", Forms.Duration(probe.Interval));
        _text.Raw("timeout", Forms.Duration(probe.Timeout));
        _text.Value("successes", probe.Successes);
        _text.Raw("errorBudget", Forms.Share(probe.ErrorBudget));
    }
}
