namespace OverlayBridge.Overlay.Plans.Checks;

/// <summary>Stages begin with the preparation and end with the retirement, and every host goes over once.</summary>
internal static class StageChecks
{
    public static IEnumerable<PlanProblem> Of(PlanSubject subject)
    {
        var plan = subject.Plan;
        if (plan.Stages.All(static stage => stage.Kind != StageKind.Prepare))
            yield return new("stages", "No stage prepares.", "The networks are exposed in a first stage of kind 'prepare'.", "Put '- name: prepare' with 'kind: prepare' in front.");
        var placed = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (stage, at) in plan.Stages.Select(static (stage, at) => (stage, at)))
        {
            foreach (var problem in Place(plan, stage, at))
                yield return problem;
            foreach (var (host, number) in stage.Hosts.Select(static (host, number) => (host, number)))
            {
                if (!subject.Hosts.ContainsKey(host))
                    yield return Unknown.Host($"stages/{at}/hosts/{number}", host, subject);
                if (!placed.TryAdd(host, stage.Name))
                    yield return new($"stages/{at}/hosts/{number}", $"'{host}' goes in '{placed[host]}' already.", "A host goes over once.", "Remove it from one of them.");
            }

            if (stage.Window is { } window)
                foreach (var problem in Window(window, $"stages/{at}/window"))
                    yield return problem;
        }

        foreach (var (host, at) in plan.Hosts.Select(static (host, at) => (host, at)))
            if (!placed.ContainsKey(host.Name))
                yield return new($"hosts/{at}/name", $"'{host.Name}' goes in no stage.", "Every host of a plan goes over.", "Add it to the hosts of a stage, or remove it from 'hosts'.");
    }

    private static IEnumerable<PlanProblem> Place(MigrationPlan plan, PlanStage stage, int at)
    {
        if (stage.Kind == StageKind.Prepare && at > 0)
            yield return new($"stages/{at}/kind", $"'{stage.Name}' prepares, but is not the first stage.", "There is one preparation, before all else.", "Move it to the front, or remove it.");
        if (stage.Kind == StageKind.Retire && at < plan.Stages.Length - 1)
            yield return new($"stages/{at}/kind", $"'{stage.Name}' retires the bridge, but is not the last stage.", "After it nothing of the bridge is left, and there is no way back.", "Move it to the end, or remove it.");
        if (stage.Kind != StageKind.Hosts && !stage.Hosts.IsEmpty)
            yield return new($"stages/{at}/hosts", $"'{stage.Name}' has hosts.", "They go over in stages of kind 'hosts' alone.", "Move them to such a stage.");
        if (stage.Kind == StageKind.Hosts && stage.Hosts.IsEmpty)
            yield return new($"stages/{at}", $"'{stage.Name}' has no hosts.", "A stage of kind 'hosts' takes hosts over.", "Add hosts, or remove the stage.");
    }

    private static IEnumerable<PlanProblem> Window(MaintenanceWindow window, string path)
    {
        if (window.From == window.To)
            yield return new($"{path}/to", "The window ends when it begins.", "Steps begin only in the window.", "Give it another end, or remove it for any time.");
        if (window.Days.Distinct().Count() != window.Days.Length)
            yield return new($"{path}/days", "A day is there twice.", "Days are listed once; none for every day.", "Remove one of them.");
    }
}
