using System.Collections.Immutable;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Plans.Checks;
using OverlayBridge.Plans.Reading;
using OverlayBridge.Yaml;

namespace OverlayBridge.Plans;

/// <summary>A plan file, read and judged.</summary>
/// <param name="File">Its name.</param>
/// <param name="Plan">As far as it can be read; null when the file is no YAML. To be carried out only when there is no fault.</param>
/// <param name="Faults">In the order of the file.</param>
public sealed record PlanReading(string File, MigrationPlan? Plan, ImmutableArray<PlanFault> Faults)
{
    private static readonly YamlRules Rules = new(
        "A plan", "formatVersion:, name:, hosts:", "a key stands for one value", PlanFileLimits.LengthMax, PlanFileLimits.DepthMax, PlanFileLimits.NodesMax);

    /// <summary>The plan, when there is nothing wrong with it.</summary>
    /// <exception cref="PlanFileException">There is.</exception>
    public MigrationPlan Valid => Faults.IsEmpty && Plan is not null ? Plan : throw new PlanFileException(File, Faults);

    /// <summary>Reads a plan and looks for everything that is wrong with it, in its form and in what it says.</summary>
    public static PlanReading Of(SourceText source)
    {
        var faults = new FaultList();
        try
        {
            var root = YamlReader.Read(source, Rules, fault => faults.Add(fault.At!.ToString(), Fault(source, fault)));
            var plan = PlanReader.Read(new(root, faults, "", "A plan", PlanKeys.File));
            if (!faults.HidesNames)
                foreach (var problem in PlanCheck.Of(plan).Where(problem => !faults.Touches(problem.Path)))
                    faults.Add(problem.Path, new(PlanPlaces.Find(root, problem.Path), problem.Message, problem.Cause, problem.Remedy));
            return new(source.Name, plan, faults.All);
        }
        catch (YamlFileException fault)
        {
            return new(source.Name, null, [Fault(source, fault)]);
        }
    }

    private static PlanFault Fault(SourceText source, YamlFileException fault) => new(fault.At ?? new(source.Name, 1, 1), fault.What, fault.Why, fault.Remedy);
}
