using System.Text.Json;
using System.Text.Json.Nodes;

namespace OverlayBridge.Lab.Engines;

/// <summary>The engine's configuration; all of it is in the file, as on a host where somebody will have to change it.</summary>
internal static class DaemonJson
{
    public const string Path = "/etc/docker/daemon.json";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static string For(LabHost host, string? clusterStore)
    {
        var json = new JsonObject
        {
            ["hosts"] = new JsonArray("unix:///var/run/docker.sock", $"unix://{host.DockerSocket}"),
            ["data-root"] = $"{host.Folder}/docker",
            ["storage-driver"] = "overlay2",
            ["exec-opts"] = new JsonArray("native.cgroupdriver=cgroupfs"),
            ["cgroup-parent"] = host.Lab.CgroupParent(host.Name),
        };
        if (clusterStore is not null)
        {
            json["cluster-store"] = clusterStore;
            json["cluster-advertise"] = $"{host.Address}:2376";
        }

        return json.ToJsonString(Indented);
    }
}
