using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace OverlayBridge.DataPlane.Redirect;

/// <summary>One rule of the packet filter, whatever makes it. Pure.</summary>
/// <param name="Source">Of a guard: <see cref="AnyLoopback"/>.</param>
/// <param name="Gateway">Of redirect and masquerade only.</param>
/// <param name="Device">Of a guard only.</param>
internal sealed record StoreRule(RuleKind Kind, IPEndPoint Source, IPEndPoint? Gateway = null, string? Device = null)
{
    public const string NamePrefix = "overlaybridge:";

    private static readonly ImmutableArray<(RuleKind Kind, string Word)> Words =
    [
        (RuleKind.NoteOpening, "note-opening"), (RuleKind.HoldOpening, "hold-opening"), (RuleKind.HoldPush, "hold-push"), (RuleKind.HoldData, "hold-data"),
        (RuleKind.Block, "block"), (RuleKind.Guard, "guard"), (RuleKind.Masquerade, "masquerade"), (RuleKind.Redirect, "redirect"),
    ];

    private static readonly IPEndPoint AnyLoopback = new(IPAddress.Loopback, 0);

    public bool IsIPv6 => Source.AddressFamily == AddressFamily.InterNetworkV6;

    /// <summary>The rule's comment; tells all of it: <c>overlaybridge:redirect:10.0.0.5:8500>10.0.0.7:8500</c>.</summary>
    public string Name =>
        NamePrefix + Words.First(w => w.Kind == Kind).Word + ":" + (Device ?? (Gateway is null ? $"{Source}" : $"{Source}>{Gateway}"));

    /// <summary>Reads a comment; null for one that is none of ours.</summary>
    public static StoreRule? TryParse(string name)
    {
        if (!name.StartsWith(NamePrefix, StringComparison.Ordinal))
            return null;
        var parts = name[NamePrefix.Length..].Split(':', 2);
        if (parts.Length != 2 || Words.FirstOrDefault(w => w.Word == parts[0]) is not { Word: not null } known)
            return null;
        if (known.Kind == RuleKind.Guard)
            return IsDevice(parts[1]) ? Guard(parts[1]) : null;
        var ends = parts[1].Split('>');
        var hasGateway = known.Kind is RuleKind.Redirect or RuleKind.Masquerade;
        if (ends.Length != (hasGateway ? 2 : 1) || !TryParse(ends[0], out var source))
            return null;
        if (!hasGateway)
            return new StoreRule(known.Kind, source);
        return TryParse(ends[1], out var gateway) && gateway.AddressFamily == source.AddressFamily ? new StoreRule(known.Kind, source, gateway) : null;
    }

    /// <summary>All rules, in the order in which they come in.</summary>
    /// <param name="notes">Whether openings that are dropped are to be noted: not where the host has no means for it.</param>
    public static ImmutableArray<StoreRule> For(StoreRules wanted, bool notes = true) =>
    [
        .. wanted.Held.SelectMany(OfHold)
            .Concat(notes ? wanted.Held.Union(wanted.Closed).Select(static source => new StoreRule(RuleKind.NoteOpening, source)) : [])
            .Concat(wanted.Closed.Select(static source => new StoreRule(RuleKind.HoldOpening, source)))
            .Concat(wanted.Redirected.SelectMany(static r => OfRedirect(r.Key, r.Value)))
            .Concat(wanted.LocalnetDevices.Select(Guard))
            .OrderBy(static rule => rule.Kind).ThenBy(static rule => rule.Name, StringComparer.Ordinal),
    ];

    /// <summary>
    /// What the rules make together; parts of something count as not there. Notes are no part of a hold: versions before this one made none, and not every host can.
    /// </summary>
    public static StoreRules Of(IReadOnlySet<StoreRule> rules) => new(
        [.. Openings(rules).Where(source => OfHold(source).All(rules.Contains))],
        rules.Where(static r => r.Kind == RuleKind.Redirect).GroupBy(static r => r.Source)
            .Where(same => same.Count() == 1 && OfRedirect(same.Key, same.First().Gateway!).All(rules.Contains))
            .ToImmutableDictionary(static same => same.Key, static same => same.First().Gateway!),
        [.. rules.Where(static r => r.Kind == RuleKind.Guard).Select(static r => r.Device!)])
    {
        Closed = [.. Openings(rules).Where(source => !OfHold(source).Skip(1).Any(rules.Contains))],
    };

    private static IEnumerable<IPEndPoint> Openings(IReadOnlySet<StoreRule> rules) =>
        rules.Where(static r => r.Kind == RuleKind.HoldOpening).Select(static r => r.Source);

    private static StoreRule[] OfHold(IPEndPoint source) =>
        [new(RuleKind.HoldOpening, source), new(RuleKind.HoldPush, source), new(RuleKind.HoldData, source)];

    private static StoreRule Guard(string device) => new(RuleKind.Guard, AnyLoopback, Device: device);

    private static StoreRule[] OfRedirect(IPEndPoint source, IPEndPoint gateway) =>
    [
        new(RuleKind.Block, source), new(RuleKind.Masquerade, source, gateway), new(RuleKind.Redirect, source, gateway),
    ];

    private static bool TryParse(string text, out IPEndPoint end) => IPEndPoint.TryParse(text, out end!) && end.Port > 0 && end.ToString() == text;

    /// <summary>Names as the kernel takes them, but for characters that would need quoting somewhere.</summary>
    public static bool IsDevice(string name) =>
        name.Length is > 0 and <= 15 && name is not ("." or "..") && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '@');
}
