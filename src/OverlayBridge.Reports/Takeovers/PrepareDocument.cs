using System.Collections.Immutable;
using System.Net;
using OverlayBridge.Overlay.Takeovers;

namespace OverlayBridge.Reports.Takeovers;

/// <summary>
/// What <c>takeover prepare</c> found and did, dry-run or not. Its JSON is a contract: docs/schemas/takeover-prepare.schema.json.
/// </summary>
/// <param name="State"><c>prepared</c>, <c>possible</c> (dry-run), or <c>refused</c>: a check stands against it, and nothing was changed.</param>
/// <param name="Source">STATE of the old store.</param>
/// <param name="Prefix">Keys that change hands.</param>
/// <param name="Index">The old store's index.</param>
/// <param name="SourceAddresses">Where the engines reach the old store.</param>
/// <param name="Gateways">Where they are redirected to.</param>
/// <param name="Hosts">Hosts whose agents take part.</param>
public sealed record PrepareDocument(
    int FormatVersion,
    string State,
    string Source,
    string Prefix,
    ulong Index,
    int Keys,
    ImmutableArray<string> SourceAddresses,
    ImmutableArray<string> Gateways,
    ImmutableArray<string> Hosts,
    ImmutableArray<PrepareLine> Checks)
{
    public const int CurrentFormatVersion = 1;

    public static PrepareDocument Of(PrepareFacts facts, PreparePlan plan, bool done) => new(
        CurrentFormatVersion, !plan.IsPossible ? "refused" : done ? "prepared" : "possible", facts.Source, facts.Prefix, facts.Image.Index,
        facts.Image.Entries.Length, Texts(facts.SourceAddresses), Texts([.. facts.Nodes.Select(static node => node.Address)]), plan.Hosts,
        [.. plan.Checks.Select(static check => new PrepareLine(check.Name, check.Verdict.ToString().ToLowerInvariant(), check.Text))]);

    private static ImmutableArray<string> Texts(ImmutableArray<IPEndPoint> addresses) => [.. addresses.Select(static address => address.ToString())];
}

/// <summary>One check.</summary>
/// <param name="Verdict"><c>ok</c>, <c>note</c> or <c>problem</c>.</param>
public sealed record PrepareLine(string Name, string Verdict, string Text);
