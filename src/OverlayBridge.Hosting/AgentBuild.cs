using System.Reflection;
using System.Security.Cryptography;
using OverlayBridge.DataPlane.Namespaces;
using OverlayBridge.Engines;
using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Migration.Agent;
using OverlayBridge.Names.Serving;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Reports;
using OverlayBridge.Sources;
using OverlayBridge.Terminal;

namespace OverlayBridge.Hosting;

/// <summary>
/// Which build of the agent's code this is, the same in <c>overlaybridge</c> and in <c>overlaybridge-agent</c> only when both were made of the same
/// assemblies. The version does not tell: it stays the same while code is changed that is not committed.
/// </summary>
public static class AgentBuild
{
    /// <summary>All of ours that an agent is made of, one type of each: native code has no list of what an assembly refers to.</summary>
    internal static IReadOnlyList<Assembly> Assemblies { get; } =
    [
        typeof(AgentBuild).Assembly, typeof(ErrorPrinter).Assembly, typeof(AgentOptions).Assembly, typeof(OverlayNamespaces).Assembly,
        typeof(EngineException).Assembly, typeof(BridgeKeys).Assembly, typeof(StateUri).Assembly, typeof(NameServer).Assembly,
        typeof(IReport).Assembly, typeof(AddressPool).Assembly,
    ];

    /// <summary><c>overlaybridge 0.1.0+2f1a33b… (5c8e…)</c>: in brackets a hash of the ids that the compiler gave to the assemblies, by what is in them.</summary>
    public static string Id { get; } = $"{ProgramVersion.TextWithCommit} ({HashOf(Assemblies.Select(static assembly => assembly.ManifestModule.ModuleVersionId))})";

    private static string HashOf(IEnumerable<Guid> ids) =>
        Convert.ToHexStringLower(SHA256.HashData([.. ids.SelectMany(static id => id.ToByteArray())]).AsSpan(0, 8));
}
