namespace OverlayBridge.Commands.Plans;

/// <summary>
/// <c>plan create … -o FILE.yaml</c>: -o names the form of the output everywhere, but nobody means a form by a name that ends in .yaml. There it
/// is taken as <c>--out</c>.
/// </summary>
internal static class OutFileArguments
{
    private const string Out = "--out";

    public static IReadOnlyList<string> Apply(IReadOnlyList<string> arguments)
    {
        if (!arguments.Zip(arguments.Skip(1)).Contains(("plan", "create")))
            return arguments;
        var changed = arguments.ToList();
        for (var at = 0; at < changed.Count && changed[at] != "--"; at++)
            if (changed[at] is "-o" or "--output" && at + 1 < changed.Count && IsPlanFile(changed[at + 1]))
                changed[at] = Out;
            else if (changed[at].StartsWith("-o=", StringComparison.Ordinal) && IsPlanFile(changed[at]))
                changed[at] = $"{Out}={changed[at][3..]}";
            else if (changed[at].StartsWith("--output=", StringComparison.Ordinal) && IsPlanFile(changed[at]))
                changed[at] = $"{Out}={changed[at]["--output=".Length..]}";
        return changed;
    }

    private static bool IsPlanFile(string text) => text.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) || text.EndsWith(".yml", StringComparison.OrdinalIgnoreCase);
}
