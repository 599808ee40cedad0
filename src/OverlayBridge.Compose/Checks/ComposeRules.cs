using System.Collections.Immutable;

namespace OverlayBridge.Compose.Checks;

/// <summary>Every kind of finding.</summary>
public static class ComposeRules
{
    public static ComposeRule Links { get; } = new("OC01", "links", ComposeSeverity.Warning);

    public static ComposeRule ExternalLinks { get; } = new("OC02", "external-links", ComposeSeverity.Error);

    public static ComposeRule ModeOfContainer { get; } = new("OC03", "network-of-container", ComposeSeverity.Error);

    public static ComposeRule ModeOfService { get; } = new("OC04", "network-of-service", ComposeSeverity.Warning);

    public static ComposeRule ModeOffNetwork { get; } = new("OC05", "network-mode-off-overlay", ComposeSeverity.Warning);

    public static ComposeRule ModeIsNetwork { get; } = new("OC06", "network-mode-is-network", ComposeSeverity.Warning);

    public static ComposeRule AddressInFence { get; } = new("OC07", "address-in-fence", ComposeSeverity.Error);

    public static ComposeRule AddressOffSubnet { get; } = new("OC08", "address-off-subnet", ComposeSeverity.Error);

    public static ComposeRule AddressTaken { get; } = new("OC09", "address-taken", ComposeSeverity.Error);

    public static ComposeRule AddressNotReserved { get; } = new("OC10", "address-not-reserved", ComposeSeverity.Warning);

    public static ComposeRule AddressForMany { get; } = new("OC11", "address-for-many", ComposeSeverity.Error);

    public static ComposeRule NameTaken { get; } = new("OC12", "name-taken", ComposeSeverity.Error);

    public static ComposeRule AliasClash { get; } = new("OC13", "alias-clash", ComposeSeverity.Warning);

    public static ComposeRule AliasTwice { get; } = new("OC14", "alias-twice", ComposeSeverity.Warning);

    public static ComposeRule Encrypted { get; } = new("OC15", "encrypted-network", ComposeSeverity.Error);

    public static ComposeRule Ipv6 { get; } = new("OC16", "ipv6-network", ComposeSeverity.Error);

    public static ComposeRule Internal { get; } = new("OC17", "internal-network", ComposeSeverity.Warning);

    public static ComposeRule NoOverlay { get; } = new("OC18", "not-an-overlay", ComposeSeverity.Error);

    public static ComposeRule NotExposed { get; } = new("OC19", "not-exposed", ComposeSeverity.Warning);

    public static ComposeRule OtherSubnet { get; } = new("OC20", "other-subnet", ComposeSeverity.Warning);

    public static ComposeRule OwnOverlay { get; } = new("OC21", "own-overlay", ComposeSeverity.Info);

    public static ComposeRule Ports { get; } = new("OC22", "published-ports", ComposeSeverity.Info);

    public static ComposeRule Vip { get; } = new("OC23", "service-vip", ComposeSeverity.Warning);

    public static ComposeRule OwnDns { get; } = new("OC24", "own-dns", ComposeSeverity.Info);

    public static ComposeRule UnknownField { get; } = new("OC25", "unknown-field", ComposeSeverity.Warning);

    public static ComposeRule FormatOne { get; } = new("OC26", "first-format", ComposeSeverity.Warning);

    public static ComposeRule BadAddress { get; } = new("OC27", "no-address", ComposeSeverity.Error);

    public static ComposeRule ContainerNameForMany { get; } = new("OC28", "container-name-for-many", ComposeSeverity.Error);

    /// <summary>In the order of their ids.</summary>
    public static ImmutableArray<ComposeRule> All { get; } =
    [
        Links, ExternalLinks, ModeOfContainer, ModeOfService, ModeOffNetwork, ModeIsNetwork, AddressInFence, AddressOffSubnet, AddressTaken,
        AddressNotReserved, AddressForMany, NameTaken, AliasClash, AliasTwice, Encrypted, Ipv6, Internal, NoOverlay, NotExposed, OtherSubnet,
        OwnOverlay, Ports, Vip, OwnDns, UnknownField, FormatOne, BadAddress, ContainerNameForMany,
    ];
}
