using System.Collections.Immutable;
using System.Net;

namespace OverlayBridge.Compose.Overrides;

/// <summary>What is laid over a project's files for the time of the transition.</summary>
/// <param name="Version">The files' <c>version</c>: Compose 1 wants the same in all of them.</param>
/// <param name="IsFormatOne">The files, and so the override, have services at the top.</param>
/// <param name="Services">Those that change, by name.</param>
/// <param name="Networks">Those that change, by key.</param>
/// <param name="Notes">What could not be done, or has to be known, a sentence each.</param>
public sealed record OverridePlan(
    string? Version,
    bool IsFormatOne,
    ImmutableArray<ServiceOverride> Services,
    ImmutableArray<NetworkOverride> Networks,
    ImmutableArray<string> Notes)
{
    public bool IsEmpty => Services.IsEmpty && Networks.IsEmpty;

    /// <summary>Compose before 2.24.4 cannot read it.</summary>
    public bool UsesTags => Services.Any(static service => service.ReplacesDns) || Networks.Any(static network => network.Replaces);
}

/// <param name="Dns">Empty where it stays as it is.</param>
/// <param name="ReplacesDns">The file has other ones, which a plain merge would put first.</param>
/// <param name="Places">Networks on which it gets a fixed address.</param>
public sealed record ServiceOverride(string Name, ImmutableArray<string> Dns, bool ReplacesDns, ImmutableArray<PlaceOverride> Places);

/// <param name="Aliases">Written again for Compose 1, which would drop them; else empty.</param>
public sealed record PlaceOverride(string Network, ImmutableArray<string> Aliases, IPAddress Address);

/// <param name="Replaces">The file has settings that cannot stand beside <c>external</c>.</param>
/// <param name="NameBelow">The file's format is so old that the name stands below <c>external</c>.</param>
public sealed record NetworkOverride(string Key, string RealName, bool Replaces, bool NameBelow);
