using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using OverlayBridge.Compose.Checks;
using OverlayBridge.Compose.Projects;
using OverlayBridge.Compose.Transition;

namespace OverlayBridge.Compose.Overrides;

/// <summary>
/// Decides what an override says: shared networks external under their real name, the agents' name server first, fixed addresses where wanted. What the
/// files say already is not said again, so an override of files with their override is empty. A pure function.
/// </summary>
public static class OverridePlanner
{
    /// <exception cref="ComposeException">A wanted address cannot be given.</exception>
    public static OverridePlan Plan(ComposeFileSet files, TransitionFacts facts, OverrideRequest request)
    {
        var subject = new CheckSubject(files, facts);
        var notes = ImmutableArray.CreateBuilder<string>();
        var wanted = Wanted(subject, request, notes);
        var services = from service in files.Project.Services.Values
                       let entry = Service(subject, service, wanted, request, notes)
                       where !entry.Dns.IsEmpty || !entry.Places.IsEmpty
                       select entry;
        var plan = new OverridePlan(files.Project.Version, files.Project.IsFormatOne, [.. services], Networks(subject, request), []);
        if (subject.Shared.Networks.IsEmpty && !files.Project.IsFormatOne)
            notes.Add("None of the networks is shared between legacy hosts and swarm. Name one with --network, or ask a store with --store.");
        return plan with { Notes = notes.DrainToImmutable() };
    }

    private static ServiceOverride Service(
        CheckSubject subject, ComposeService service, Dictionary<(string Service, string Network), IPAddress> wanted, OverrideRequest request,
        ImmutableArray<string>.Builder notes)
    {
        var places = from place in subject.Shared.Places
                     where place.Service.Name == service.Name && wanted.ContainsKey((service.Name, place.Network.Key))
                     let address = wanted[(service.Name, place.Network.Key)]
                     where place.Place.Ipv4Address != address.ToString()
                     select new PlaceOverride(place.Network.Key, request.For == ComposeGeneration.One ? place.Place.Aliases : [], address);
        var (dns, replaces) = Dns(subject, service, request, notes);
        return new(service.Name, dns, replaces, [.. places]);
    }

    private static (ImmutableArray<string> Dns, bool Replaces) Dns(
        CheckSubject subject, ComposeService service, OverrideRequest request, ImmutableArray<string>.Builder notes)
    {
        var server = request.Server?.ToString();
        if (server is null || !IsShared(subject, service) || (service.Dns is [var first, ..] && first == server))
            return ([], false);
        if (service.Dns.IsEmpty)
            return ([server], false);
        if (request.For == ComposeGeneration.Two)
            return ([server, .. service.Dns.Where(other => other != server)], true);
        notes.Add($"'{service.Name}' has name servers of its own, and Compose 1 cannot put another before them: write {server} first into its dns.");
        return ([], false);
    }

    /// <summary>Compose's first format joins a network by <c>net</c>.</summary>
    private static bool IsShared(CheckSubject subject, ComposeService service) =>
        subject.Shared.Has(service.Name) || (subject.Project.IsFormatOne && service.NetworkMode is { } mode && IsName(mode) && subject.Facts.Find(mode, looksShared: true) is not null);

    private static bool IsName(string mode) => mode is not ("host" or "none" or "bridge" or "default") && !mode.Contains(':', StringComparison.Ordinal);

    private static ImmutableArray<NetworkOverride> Networks(CheckSubject subject, OverrideRequest request) =>
    [
        .. from key in subject.Shared.Networks.Keys
           let network = subject.Project.Networks[key]
           where !network.IsExternal
           select new NetworkOverride(key, network.RealName, network.HasSettings && request.For == ComposeGeneration.Two, NeedsNameBelow(subject.Project.Version)),
    ];

    /// <summary><c>name</c> came with the file formats 2.1 and 3.5.</summary>
    private static bool NeedsNameBelow(string? version) =>
        version is "2" or "2.0" or "3" ||
        (version?.Split('.') is ["3", var minor] && int.TryParse(minor, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < 5);

    private static Dictionary<(string Service, string Network), IPAddress> Wanted(
        CheckSubject subject, OverrideRequest request, ImmutableArray<string>.Builder notes)
    {
        var wanted = request.KeepAddresses ? WantedAddresses.Kept(subject, notes) : [];
        foreach (var address in request.Addresses)
        {
            var place = WantedAddresses.Place(subject, address);
            WantedAddresses.Demand(subject, place, address.Address);
            wanted[(place.Service.Name, place.Network.Key)] = address.Address;
        }

        return wanted;
    }
}
