using System.Collections.Immutable;

namespace OverlayBridge.Compose.Projects;

/// <summary>What the bridge has to know of a Compose project: its services and how they are joined to networks.</summary>
/// <param name="Name">In lower case, as Compose puts it before the names of networks and containers.</param>
/// <param name="Version">The file's <c>version</c>; null without one.</param>
/// <param name="IsFormatOne">Compose's first format: services at the top of the file, no networks.</param>
/// <param name="Services">Those that would be started, by name.</param>
/// <param name="Inactive">Services that no profile in use starts, by name.</param>
/// <param name="Networks">By their keys in the file; with <c>default</c> where a service is on it.</param>
public sealed record ComposeProject(
    string Name,
    string? Version,
    bool IsFormatOne,
    ImmutableSortedDictionary<string, ComposeService> Services,
    ImmutableArray<string> Inactive,
    ImmutableSortedDictionary<string, ComposeNetwork> Networks);

/// <summary>A service.</summary>
/// <param name="ContainerName">Null where Compose makes one up.</param>
/// <param name="NetworkMode">As written, of the first format's <c>net</c> too; null without one.</param>
/// <param name="Networks">By the keys of the networks; empty with a network mode.</param>
/// <param name="Links">As written: <c>SERVICE</c> or <c>SERVICE:ALIAS</c>.</param>
/// <param name="ExternalLinks">As written: <c>CONTAINER</c> or <c>CONTAINER:ALIAS</c>.</param>
/// <param name="Ports">Whether it publishes any.</param>
/// <param name="Replicas">How many containers it is to have.</param>
/// <param name="EndpointMode"><c>deploy.endpoint_mode</c>; null without one.</param>
/// <param name="HasDeploy">It says something about swarm services.</param>
public sealed record ComposeService(
    string Name,
    string? ContainerName,
    string? NetworkMode,
    ImmutableSortedDictionary<string, ServiceNetwork> Networks,
    ImmutableArray<string> Links,
    ImmutableArray<string> ExternalLinks,
    ImmutableArray<string> Dns,
    bool Ports,
    int Replicas,
    string? EndpointMode,
    bool HasDeploy);

/// <summary>A service's place on a network.</summary>
/// <param name="Ipv4Address">As written; null where the engine chooses.</param>
/// <param name="Ipv6Address">As written; null without one.</param>
public sealed record ServiceNetwork(ImmutableArray<string> Aliases, string? Ipv4Address, string? Ipv6Address);

/// <summary>A network of the file.</summary>
/// <param name="RealName">What the engine calls it.</param>
/// <param name="IsExternal">Made outside of the project.</param>
/// <param name="Driver">Null without one: the engine's default, a bridge.</param>
/// <param name="HasSettings">It has settings that <c>external</c> cannot stand beside.</param>
/// <param name="Subnets">As written.</param>
public sealed record ComposeNetwork(
    string Key,
    string RealName,
    bool IsExternal,
    string? Driver,
    bool IsEncrypted,
    bool IsInternal,
    bool EnableIpv6,
    bool HasSettings,
    ImmutableArray<string> Subnets);
