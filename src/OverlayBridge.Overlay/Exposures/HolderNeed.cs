using System.Globalization;

namespace OverlayBridge.Overlay.Exposures;

/// <summary>Which engines need a holder: a container that does nothing and stays on a network.</summary>
public static class HolderNeed
{
    private const int FirstWithout = 23;

    /// <summary>Whether a worker of this version drops an attachable network with its last container and then cannot restart it. A version that cannot be read is taken for a later one.</summary>
    public static bool Of(string version) =>
        int.TryParse(version.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major) && major < FirstWithout;
}
