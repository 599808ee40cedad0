using System.Collections.Immutable;

namespace OverlayBridge.Overlay.Audit;

/// <summary>What one engine says of itself and its containers. Pure data; equal by reference only.</summary>
public sealed record EngineFacts
{
    /// <summary>How it was asked: <c>tcp://10.0.0.5:2376</c>.</summary>
    public required string Uri { get; init; }

    public required string HostName { get; init; }

    /// <summary>
    /// Plain addresses its host is known by: its cluster-advertise address, its VTEP, others. An endpoint whose locator is
    /// among them should be on this engine.
    /// </summary>
    public required ImmutableArray<string> Addresses { get; init; }

    public required ImmutableArray<EngineContainerFacts> Containers { get; init; }
}

/// <summary>A container of an engine.</summary>
/// <param name="Name">Without the leading slash.</param>
/// <param name="Running">It has a live sandbox now.</param>
/// <param name="SandboxId">Empty when it does not run.</param>
/// <param name="Endpoints">Live ones only; on networks of any driver.</param>
public sealed record EngineContainerFacts(
    string Id, string Name, bool Running, string SandboxId, ImmutableArray<EngineEndpointFacts> Endpoints);

/// <summary>A container's attachment, as its engine shows it.</summary>
/// <param name="Address">Plain IPv4 address, null when there is none.</param>
/// <param name="AddressV6">Plain IPv6 address, null when there is none.</param>
/// <param name="MacAddress">With colons, null when the engine does not say.</param>
public sealed record EngineEndpointFacts(
    string NetworkId, string EndpointId, string NetworkName, string? Address, string? AddressV6 = null, string? MacAddress = null)
{
    /// <summary>
    /// The network's driver, null when not known. An endpoint on an <c>overlay</c> network must be in the store even if
    /// the store does not know the network at all; without the driver such an endpoint is taken for one of a local network.
    /// </summary>
    public string? NetworkDriver { get; init; }
}
