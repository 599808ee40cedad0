using System.Collections.Immutable;
using OverlayBridge.Overlay.Diff;
using OverlayBridge.Reports.Html;
using OverlayBridge.Reports.Markdown;
using OverlayBridge.Reports.Pages;
using OverlayBridge.Reports.Text;

namespace OverlayBridge.Reports.Diffs;

/// <summary>The changes themselves, which <c>diff</c> and <c>import</c> show alike.</summary>
internal static class DiffBody
{
    private const int Indent = 2;

    public static void Write(TextReport report, ImmutableArray<StateChange> changes)
    {
        foreach (var group in changes.GroupBy(change => change.Kind))
        {
            report.Heading(DiffWords.Title(group.Key));
            foreach (var change in group)
                Write(report, change);
        }
    }

    public static void Write(TextReport report, ImmutableArray<ChangeCount> counts)
    {
        foreach (var group in counts.GroupBy(count => count.Kind))
        {
            report.Heading(CountedTitle(group.Key));
            foreach (var count in group)
                report.Line($"{count.Where}: {DiffWords.Counts(count.Counts)}", indent: Indent);
        }
    }

    public static void Write(TextReport report, ImmutableArray<KeyChangeView> keys)
    {
        report.Heading("Keys");
        foreach (var change in keys)
        {
            report.Line($"{DiffWords.Sign(change.Action)} {change.Key}", DiffWords.ToneOf(change.Action), Indent);
            foreach (var (field, before, after) in DiffWords.Fields(change))
                report.Line($"{field}: {before} -> {after}", indent: 3 * Indent);
        }
    }

    public static void Write(MarkdownWriter markdown, ImmutableArray<StateChange> changes)
    {
        foreach (var group in changes.GroupBy(change => change.Kind))
        {
            markdown.Heading(3, DiffWords.Title(group.Key));
            markdown.Table(
                ["", "What", "Before", "After"],
                group.Select(change => new[]
                {
                    MarkdownWriter.Code($"{DiffWords.Sign(change.Action)}"), MarkdownWriter.Code(DiffWords.Subject(change)),
                    Side(change, fact => fact.Before), Side(change, fact => fact.After),
                }));
        }
    }

    public static void Write(MarkdownWriter markdown, ImmutableArray<ChangeCount> counts)
    {
        foreach (var group in counts.GroupBy(count => count.Kind))
        {
            markdown.Heading(3, CountedTitle(group.Key));
            foreach (var count in group)
                markdown.Line($"- {MarkdownWriter.Code(count.Where)}: {DiffWords.Counts(count.Counts)}");
        }
    }

    public static void Write(MarkdownWriter markdown, ImmutableArray<KeyChangeView> keys)
    {
        markdown.Heading(3, "Keys");
        foreach (var change in keys)
        {
            var fields = DiffWords.Fields(change).Select(field => $"{field.Field} {field.Before} → {field.After}");
            markdown.Line($"- {DiffWords.Sign(change.Action)} {MarkdownWriter.Code(change.Key)} {MarkdownWriter.Prose(string.Join(", ", fields))}".TrimEnd());
        }
    }

    /// <summary>A section of a page for each kind of thing that changed.</summary>
    public static IEnumerable<PageSection> Sections(ImmutableArray<StateChange> changes) => changes
        .GroupBy(change => change.Kind)
        .Select(group => new PageSection($"kind-{(int)group.Key}", DiffWords.Title(group.Key), page => Write(page, [.. group])));

    /// <summary>A section for each kind of thing whose changes are counted.</summary>
    public static IEnumerable<PageSection> Sections(ImmutableArray<ChangeCount> counts) => counts
        .GroupBy(count => count.Kind)
        .Select(group => new PageSection($"count-{(int)group.Key}", CountedTitle(group.Key), page => HtmlTable.Write(
            page, CountedTitle(group.Key),
            [("Where", HtmlColumn.Wrapped), ("Added", HtmlColumn.Number), ("Changed", HtmlColumn.Number), ("Removed", HtmlColumn.Number)],
            group.Select(count => new[]
            {
                HtmlTable.Code(count.Where), HtmlTable.Plain(Wording.Number((long)count.Counts.Added)),
                HtmlTable.Plain(Wording.Number((long)count.Counts.Changed)), HtmlTable.Plain(Wording.Number((long)count.Counts.Removed)),
            }))));

    public static PageSection Section(ImmutableArray<KeyChangeView> keys) => new("keys", "Keys", page => Write(page, keys));

    private static void Write(HtmlWriter page, ImmutableArray<KeyChangeView> keys)
    {
        HtmlTable.Write(
            page, "Keys",
            [("", HtmlColumn.Text), ("Key", HtmlColumn.Wrapped), ("Field", HtmlColumn.Text), ("Before", HtmlColumn.Wrapped), ("After", HtmlColumn.Wrapped)],
            keys.Take(PageLimits.Rows).SelectMany(change => Rows(
                change.Action, HtmlTable.Code(change.Key),
                DiffWords.Fields(change).Select(field => (field.Field, field.Before, field.After)))));
        HtmlTable.WriteMore(page, keys.Length, Math.Min(keys.Length, PageLimits.Rows), "key", "-o json lists them all.");
    }

    private static string CountedTitle(ChangeKind kind) => kind == ChangeKind.Address
        ? "Addresses by pool (-o json lists each)"
        : $"{DiffWords.Title(kind)} by network (-o json lists each)";

    private static void Write(TextReport report, StateChange change)
    {
        var head = $"{DiffWords.Sign(change.Action)} {DiffWords.Subject(change)}";
        if (change.Action != ChangeAction.Changed)
        {
            var facts = DiffWords.Facts(change).Select(fact => $"{fact.Fact}={fact.After ?? fact.Before}");
            report.Line($"{head}  {string.Join(' ', facts)}", DiffWords.ToneOf(change.Action), Indent);
            return;
        }

        report.Line(head, DiffWords.ToneOf(change.Action), Indent);
        foreach (var (fact, before, after) in DiffWords.Facts(change))
            report.Line($"{fact}: {DiffWords.OrAbsent(before)} -> {DiffWords.OrAbsent(after)}", indent: 3 * Indent);
    }

    private static void Write(HtmlWriter page, IReadOnlyCollection<StateChange> changes)
    {
        HtmlTable.Write(
            page, "Changes",
            [("", HtmlColumn.Text), ("What", HtmlColumn.Wrapped), ("Fact", HtmlColumn.Text), ("Before", HtmlColumn.Wrapped), ("After", HtmlColumn.Wrapped)],
            changes.Take(PageLimits.Rows).SelectMany(change => Rows(
                change.Action, page => page.Element("b", DiffWords.Subject(change), "title", change.Path),
                DiffWords.Facts(change).Select(fact => (
                    fact.Fact, change.Before is null ? "" : DiffWords.OrAbsent(fact.Before), change.After is null ? "" : DiffWords.OrAbsent(fact.After))))));
        HtmlTable.WriteMore(page, changes.Count, Math.Min(changes.Count, PageLimits.Rows), "change", "-o json lists them all.");
    }

    // A row for each fact, so that a value of several lines stays beside its name; what changed stands in the first one.
    private static IEnumerable<Action<HtmlWriter>[]> Rows(
        ChangeAction action, Action<HtmlWriter> subject, IEnumerable<(string Fact, string Before, string After)> facts)
    {
        var nothing = HtmlTable.Plain("");
        var isFirst = true;
        foreach (var (fact, before, after) in facts.DefaultIfEmpty(("", "", "")))
        {
            yield return
            [
                isFirst ? Sign(action) : nothing, isFirst ? subject : nothing,
                HtmlTable.Code(fact), HtmlTable.Code(before), HtmlTable.Code(after),
            ];
            isFirst = false;
        }
    }

    private static Action<HtmlWriter> Sign(ChangeAction action) => page => page.Element(
        "b", action switch { ChangeAction.Added => "added", ChangeAction.Removed => "removed", _ => "changed" },
        "class", action switch { ChangeAction.Added => "added", ChangeAction.Removed => "removed", _ => "changed" });

    private static string Side(StateChange change, Func<(string Fact, string? Before, string? After), string?> side) => string.Join(
        "<br>", DiffWords.Facts(change).Where(fact => side(fact) is not null)
            .Select(fact => MarkdownWriter.Code($"{fact.Fact}: {side(fact)}")));
}
