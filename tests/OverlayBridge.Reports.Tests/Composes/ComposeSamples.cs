using OverlayBridge.Reports.Composes;

namespace OverlayBridge.Reports.Tests.Composes;

/// <summary>A check and an override to look at, in which everything that has a name has a given one.</summary>
internal static class ComposeSamples
{
    public static ComposeReport Check(string name) => new(new(
        ComposeDocument.CurrentFormatVersion, ComposeDocument.Check, [$"{name}.yml"], name, "docker compose 2.26.1", "bridge://10.0.0.5:8500", [name, "db"], ["debug"],
        [new("back", name, "10.60.0.0/24", "10.60.0.128/25", [name])],
        [
            new("OC07", "address-in-fence", "error", name, "back", $"{name}.yml", 9, 9, $"10.60.0.200 is inside the fence, says {name}.", "Swarm gives it out by itself.", "Choose another one."),
            new("OC22", "published-ports", "info", "db", null, $"{name}.yml", 12, 5, "'db' publishes ports.", "They move with it.", $"Point {name} at the new host."),
        ],
        ["Variables without a value, taken as empty: TAG."], null));

    public static ComposeReport Override(string name) => new(new(
        ComposeDocument.CurrentFormatVersion, ComposeDocument.Override, ["compose.yml"], "app", "overlaybridge", null, ["web"], [], [new("appnet", name, null, null, [])], [],
        [$"A note about {name}."], $"# {name}\nservices:\n  web:\n    dns:\n    - 172.18.0.1\n"));
}
