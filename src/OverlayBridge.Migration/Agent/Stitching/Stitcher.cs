using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Extensions.Logging;
using OverlayBridge.DataPlane.Namespaces;
using OverlayBridge.DataPlane.Netlink;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Stitching;

/// <summary>Makes the tables of this host's overlay namespaces what they must be, and says what came of it.</summary>
internal sealed class Stitcher(INamespaces namespaces, OwnedEntryFiles owned, TimeProvider time, ILogger log)
{
    /// <summary>Of each table, when it was found as it must be.</summary>
    private readonly Dictionary<string, AsItMustBe> standing = new(StringComparer.Ordinal);

    /// <summary>That a look found nothing to do; so will the next one while all of this is the same.</summary>
    private sealed record AsItMustBe(string Namespace, VxlanLink Link, WantedTable Wanted, OwnedEntries Owned, UInt128 Fingerprint)
    {
        /// <summary>By reference: both are kept as they are until something changes.</summary>
        public bool IsOf(string identity, VxlanLink link, WantedTable wanted, OwnedEntries owned) =>
            Namespace == identity && Link == link && ReferenceEquals(Wanted, wanted) && ReferenceEquals(Owned, owned);
    }

    /// <summary>One network, once; done again it changes nothing.</summary>
    public async Task<StitchReport> ApplyAsync(WantedTable wanted)
    {
        try
        {
            using var opened = await namespaces.OpenAsync(wanted.NetworkId);
            if (opened is not null)
                return Apply(opened, wanted);
            owned.Forget(wanted.Name);
            return Report(wanted, null, programmed: 0, [], null);
        }
        catch (Exception e) when (e is NetlinkException or IOException or UnauthorizedAccessException)
        {
            return Report(wanted, null, programmed: 0, [], e.Message);
        }
    }

    private StitchReport Apply(INetworkNamespace opened, WantedTable wanted)
    {
        var name = Path.GetFileName(opened.Path);
        var known = owned.Read(wanted.Name, opened.Identity);
        if (wanted.IsEmpty && known.IsEmpty)
        {
            owned.Forget(wanted.Name);
            return Report(wanted, name, programmed: 0, [], null);
        }
        var links = opened.VxlanLinks();
        var vni = wanted.Vni == 0 ? known.Vni : wanted.Vni;
        if (links.FirstOrDefault(l => l.Vni == vni) is not { } link)
        {
            if (!wanted.IsEmpty)
                return Report(wanted, name, programmed: 0, [], NoLink(name, links, vni));
            // Entries go with their device: an engine that takes a namespace down removes the device first.
            owned.Forget(wanted.Name);
            return Report(wanted, name, programmed: 0, [], null);
        }

        if (standing.GetValueOrDefault(wanted.Name) is { } before && before.IsOf(opened.Identity, link, wanted, known) && opened.Fingerprint(link) == before.Fingerprint)
            return Report(wanted, name, Programmed(wanted, []), [], null);
        var tables = opened.Tables(link);
        var plan = KernelPlan.Between(tables, link, wanted, known);
        if (plan.Before != known)
            owned.Write(wanted.Name, opened.Identity, plan.Before);
        var failures = plan.Changes.IsEmpty ? [] : opened.Apply(link, plan.Changes);
        NoteLeadingBack(plan, wanted);
        var after = plan.AfterFailures(failures, known);
        if (after != plan.Before)
            owned.Write(wanted.Name, opened.Identity, after);
        if (plan.Changes.IsEmpty && after == known)
            standing[wanted.Name] = new(opened.Identity, link, wanted, known, tables.Fingerprint);
        else
            standing.Remove(wanted.Name);
        failures = failures.RemoveAll(static failure => failure.IsTaken); // the engine has it: all that was to be reached
        return Report(wanted, name, Programmed(wanted, failures), failures, null);
    }

    private void NoteLeadingBack(KernelPlan plan, WantedTable wanted)
    {
        var entries = plan.Changes.OfType<EntryChange.RemoveForwarding>().Select(static change => change.Entry).Where(wanted.LeadsBack).ToList();
        if (entries.Count > 0)
            log.LogInformation(
                "Network {Network}: {Count} entries led back to this host, as {Entry}, and cut off whoever used them; they are taken away.", wanted.NetworkId, entries.Count, entries[0]);
    }

    private static string NoLink(string name, ImmutableArray<VxlanLink> links, uint vni)
    {
        var there = links.IsEmpty
            ? "none at all"
            : string.Join(", ", links.Select(static l => string.Create(CultureInfo.InvariantCulture, $"{l.Name} with {l.Vni}")));
        return $"namespace {name} has no VXLAN device with VNI {vni} but {there}";
    }

    /// <summary>An endpoint counts when both its entries stand; what should be gone and is not counts too, so that nobody takes it for gone.</summary>
    private static int Programmed(WantedTable wanted, ImmutableArray<EntryFailure> failures)
    {
        var failed = failures.Select(static f => f.Change switch
        {
            EntryChange.SetNeighbour(var entry) => entry.MacAddress,
            EntryChange.SetForwarding(var entry) => entry.MacAddress,
            _ => null,
        }).ToHashSet();
        return wanted.Entries.Neighbours.Count(n => !failed.Contains(n.Mac)) +
            failures.Count(static f => f.Change is EntryChange.RemoveNeighbour or EntryChange.RemoveForwarding);
    }

    private StitchReport Report(WantedTable wanted, string? name, int programmed, ImmutableArray<EntryFailure> failures, string? error) => new(
        wanted.NetworkId,
        name,
        wanted.Desired,
        programmed,
        [.. failures.Select(static f => new StitchDifference(Describe(f.Change), f.Reason)).Concat(wanted.Problems).Take(StitchReport.MaxDifferences)],
        time.GetUtcNow(),
        error);

    private static string Describe(EntryChange change) => change switch
    {
        EntryChange.SetNeighbour(var entry) => $"set {entry}",
        EntryChange.SetForwarding(var entry) => $"set {entry}",
        EntryChange.RemoveNeighbour(var entry) => $"remove {entry}",
        EntryChange.RemoveForwarding(var entry) => $"remove {entry}",
        EntryChange.AddNeighbour(var entry) => $"add {entry}",
        EntryChange.AddForwarding(var entry) => $"add {entry}",
        EntryChange.UnmarkNeighbour(var entry) => $"unmark {entry}",
        EntryChange.UnmarkForwarding(var entry) => $"unmark {entry}",
        _ => change.ToString(),
    };
}
