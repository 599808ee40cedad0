using System.Diagnostics;
using System.Text.Json;

namespace OverlayBridge.DataPlane.Namespaces;

/// <summary>A network namespace of the test's own with a VXLAN device in it, made and looked at with iproute2. Needs root.</summary>
internal sealed class KernelNamespace : IDisposable
{
    private const string Prefix = "obtest-";

    public KernelNamespace(uint vni = 256, int mtu = 1450)
    {
        RemoveLeftovers();
        Run("ip", "netns", "add", Name);
        try
        {
            AddVxlan("vxlan0", vni, mtu);
            Ip("link", "add", "br0", "type", "bridge");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string Name { get; } = $"{Prefix}{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..8]}";

    public string Path => "/run/netns/" + Name;

    public void AddVxlan(string name, uint vni, int mtu)
    {
        Ip("link", "add", name, "type", "vxlan", "id", $"{vni}", "dstport", "4789", "proxy", "nolearning");
        Ip("link", "set", name, "mtu", $"{mtu}", "up");
    }

    public string[] Links() => [.. Json(Ip("-j", "link", "show")).Select(static link => link.GetProperty("ifname").GetString()!).Order(StringComparer.Ordinal)];

    public string Ip(params string[] arguments) => Run("ip", ["-n", Name, .. arguments]);

    public string Bridge(params string[] arguments) => Run("bridge", ["-n", Name, .. arguments]);

    /// <summary>As <c>ip neigh</c> shows them: "ADDRESS MAC STATE".</summary>
    public string[] Neighbours() =>
    [
        .. Json(Ip("-j", "neigh", "show", "dev", "vxlan0"))
            .Select(n => $"{n.GetProperty("dst").GetString()} {n.GetProperty("lladdr").GetString()} {n.GetProperty("state")[0].GetString()}").Order(),
    ];

    /// <summary>As <c>bridge fdb</c> shows them: "MAC VTEP [vni N] STATE".</summary>
    public string[] Fdb() =>
    [
        .. Json(Bridge("-j", "fdb", "show", "dev", "vxlan0"))
            .Select(f => $"{f.GetProperty("mac").GetString()} {f.GetProperty("dst").GetString()}" +
                (f.TryGetProperty("vni", out var vni) ? $" vni {vni}" : "") + $" {f.GetProperty("state").GetString()}").Order(),
    ];

    public void Dispose() => Run("ip", "netns", "del", Name);

    /// <summary>Of test runs that were killed; the name says which process made it.</summary>
    private static void RemoveLeftovers()
    {
        if (!Directory.Exists("/run/netns"))
            return;
        foreach (var name in Directory.GetFiles("/run/netns", Prefix + "*-*").Select(static path => System.IO.Path.GetFileName(path)))
            if (!Directory.Exists("/proc/" + name[Prefix.Length..name.LastIndexOf('-')]))
                Run("ip", "netns", "del", name);
    }

    private static JsonElement[] Json(string text) =>
        text.Trim().Length == 0 ? [] : [.. JsonDocument.Parse(text).RootElement.EnumerateArray()];

    private static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {error.Result}");
    }
}
