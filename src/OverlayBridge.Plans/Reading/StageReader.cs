using OverlayBridge.Overlay.Plans;

namespace OverlayBridge.Plans.Reading;

/// <summary>A stage with its gates.</summary>
internal static class StageReader
{
    private const string BudgetForm = "a share of the tries that may fail, from 0% to 100%";
    private static readonly string[] GateKinds = ["approval", "replicas", "probe"];
    private static readonly string[] TargetKinds = ["tcp", "http", "exec"];
    private const string DurationForm = "a time such as 500ms, 2s, 5m";

    public static PlanStage Read(Section stage) => new(
        stage.Name("name"),
        stage.Required("kind", Forms.Kind, "prepare, hosts or retire", StageKind.Hosts),
        stage.Names("hosts"),
        [.. stage.Children("gates", "A gate", PlanKeys.Gate, required: false).Select(ReadGate).OfType<Gate>()],
        stage.Child("window", "A window", PlanKeys.Window, required: false) is { } window ? Window(window) : null);

    private static MaintenanceWindow Window(Section window) => new(
        window.Values("days", Forms.Day, "a day: monday to sunday", default(DayOfWeek)),
        window.Required("from", Forms.Time, "a time of day in UTC such as \"22:00\"", default(TimeOnly)),
        window.Required("to", Forms.Time, "a time of day in UTC such as \"04:00\"", default(TimeOnly)));

    private static Gate? ReadGate(Section gate)
    {
        var name = gate.Name("name");
        string[] kinds = [.. GateKinds.Where(gate.Has)];
        switch (kinds)
        {
            case ["approval"]:
                if (!gate.Optional("approval", Forms.Flag, "true", true))
                    gate.Fault("approval", "'approval' is 'false'.", "It takes true.", "Remove the gate if nobody is to be asked.");
                return new Gate.Approval(name);
            case ["replicas"]:
                return new Gate.Replicas(name, gate.AllOrNames("replicas"));
            case ["probe"]:
                return gate.Child("probe", "A probe", PlanKeys.Probe, required: true) is { } probe ? ReadProbe(name, probe) : null;
            default:
                gate.Fault(
                    "name", kinds.Length == 0 ? $"The gate '{name}' says nothing to wait for." : $"The gate '{name}' is several at once: {string.Join(", ", kinds)}.",
                    "A gate has one of: approval: true, replicas: all or a list of sets, probe: a mapping.", kinds.Length == 0 ? "Add one of them." : "Make a gate of each.");
                return null;
        }
    }

    private static Gate.Probe ReadProbe(string name, Section probe)
    {
        var target = Target(probe);
        var interval = probe.Optional("interval", Forms.Duration, DurationForm, TimeSpan.FromSeconds(1));
        return new Gate.Probe(
            name, probe.Text("from", "HOST, or HOST/CONTAINER: where the probe runs"), target ?? new ProbeTarget.Tcp("", 0), interval,
            probe.Optional("timeout", Forms.Duration, DurationForm, TimeSpan.FromSeconds(1)), probe.Optional("successes", Forms.Number, "a number from 1", 3),
            probe.Optional("errorBudget", Forms.Share, BudgetForm, 0.0));
    }

    private static ProbeTarget? Target(Section probe)
    {
        string[] kinds = [.. TargetKinds.Where(probe.Has)];
        switch (kinds)
        {
            case ["tcp"]:
                return probe.Required("tcp", Forms.Tcp, "HOST:PORT", new ProbeTarget.Tcp("", 0));
            case ["http"]:
                return new ProbeTarget.Http(probe.Required("http", Forms.Web, "an http:// or https:// address", new Uri("http://none")));
            case ["exec"]:
                return new ProbeTarget.Exec(probe.Names("exec"));
            default:
                probe.Fault(
                    "from", kinds.Length == 0 ? "The probe has no target." : $"The probe has several targets: {string.Join(", ", kinds)}.",
                    "It has one of: tcp: HOST:PORT, http: an address, exec: a list of arguments.", kinds.Length == 0 ? "Add one of them." : "Make a gate of each.");
                return null;
        }
    }
}
