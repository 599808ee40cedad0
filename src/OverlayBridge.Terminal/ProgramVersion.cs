using System.Reflection;

namespace OverlayBridge.Terminal;

/// <summary>Name and version of this program, as its assembly was stamped.</summary>
public static class ProgramVersion
{
    /// <summary><c>overlaybridge 0.1.0</c></summary>
    public static string Text => TextWithCommit.Split('+')[0];

    /// <summary><c>overlaybridge/0.1.0</c>, as a <c>User-Agent</c> begins.</summary>
    public static string Product => Text.Replace(' ', '/');

    /// <summary><c>overlaybridge 0.1.0+2f1a33b…</c>, the commit that it was built from behind the plus.</summary>
    public static string TextWithCommit { get; } = "overlaybridge " + typeof(ProgramVersion).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}
