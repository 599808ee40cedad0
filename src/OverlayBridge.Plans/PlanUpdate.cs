using System.Collections.Immutable;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Yaml;

namespace OverlayBridge.Plans;

/// <summary>
/// A plan file with what a refresh changes (origin, hosts, replica sets) written anew, and every other line as people left it. Comments inside
/// of a section that is written anew are replaced by the ones that a new plan has.
/// </summary>
public static class PlanUpdate
{
    private static readonly ImmutableArray<string> Refreshed = ["origin", "hosts", "replicaSets"];

    /// <exception cref="PlanFileException">The file is laid out so that its sections cannot be told apart: it is one flow mapping, or a section has an anchor.</exception>
    public static string Of(SourceText source, MigrationPlan plan)
    {
        var newline = source.Text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        List<string> lines = [.. source.Text.ReplaceLineEndings("\n").Split('\n')];
        foreach (var key in Refreshed)
            Replace(lines, key, PlanWriter.WriteSection(plan, key).Trim('\n'));
        var text = string.Join(newline, lines);
        // What was put together must say what the plan says, and nothing else.
        var again = PlanReading.Of(new(source.Name, text));
        return again.Faults.IsEmpty && PlanWriter.Write(again.Valid, [], null) == PlanWriter.Write(plan, [], null)
            ? text
            : throw new PlanFileException(source.Name,
            [
                new(new(source.Name, 1, 1), "The file cannot be changed section by section.", "Its sections do not each begin with their key at the start of a line, or share anchors.",
                    "Write the sections as 'plan create' does, or make the plan anew."),
            ]);
    }

    private static void Replace(List<string> lines, string key, string section)
    {
        var begin = lines.FindIndex(line => IsKey(line, key));
        if (begin < 0)
        {
            if (section.Length > 0)
                lines.InsertRange(Before(lines, lines.FindIndex(static line => IsKey(line, "stages"))), [.. section.Split('\n'), ""]);
            return;
        }

        var next = lines.FindIndex(begin + 1, static line => line.Length > 0 && !char.IsWhiteSpace(line[0]) && line[0] is not ('#' or '-'));
        var end = Before(lines, next < 0 ? lines.Count : next);
        // Its own comment, in front, stays as people left it.
        var written = section.Split('\n').SkipWhile(static line => line.StartsWith('#') || line.Length == 0);
        lines.RemoveRange(begin, end - begin);
        lines.InsertRange(begin, written);
    }

    // Comments and blank lines in front of a key belong to it.
    private static int Before(List<string> lines, int key)
    {
        var at = Math.Max(key, 0);
        while (at > 0 && (lines[at - 1].StartsWith('#') || string.IsNullOrWhiteSpace(lines[at - 1])))
            at--;
        return at;
    }

    private static bool IsKey(string line, string key) => line.StartsWith(key + ":", StringComparison.Ordinal);
}
