using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Docker.DotNet;
using Docker.DotNet.Models;
using OverlayBridge.Engines.Facts;

namespace OverlayBridge.Engines.Docker;

public sealed partial class DockerEngine : IContainerMoves
{
    public Task<JsonObject?> PaperAsync(string container, CancellationToken token) =>
        http.GetAsync($"containers/{Uri.EscapeDataString(container)}/json", $"inspect container {container}", EngineJson.Default.JsonObject, token);

    public Task<ImmutableArray<LayerChange>> ChangesAsync(string container, CancellationToken token) => CallAsync(
        $"list what container {container} has written",
        ChangeLimit,
        async limited => (await client.Containers.InspectChangesAsync(container, limited) ?? [])
            .Select(static change => new LayerChange(change.Path, (LayerChangeKind)(int)change.Kind)).ToImmutableArray(),
        token);

    public Task<string?> ImageIdAsync(string image, CancellationToken token) => CallAsync<string?>(
        $"look for image {image}",
        async limited =>
        {
            try
            {
                return (await client.Images.InspectImageAsync(image, limited)).ID;
            }
            catch (DockerImageNotFoundException)
            {
                return null;
            }
        },
        token);

    public Task MakeAsync(string name, JsonObject parts, CancellationToken token) =>
        http.PostAsync($"containers/create?name={Uri.EscapeDataString(name)}", $"make container {name}", parts, token);

    public Task SetRestartAsync(string container, string policy, int mostTries, CancellationToken token) => http.PostAsync(
        $"containers/{Uri.EscapeDataString(container)}/update",
        $"set the restart policy of container {container}",
        new JsonObject { ["RestartPolicy"] = new JsonObject { ["Name"] = policy, ["MaximumRetryCount"] = mostTries } },
        token);

    public Task RenameAsync(string container, string name, CancellationToken token) => ChangeAsync(
        $"rename container {container} to {name}",
        limited => client.Containers.RenameContainerAsync(container, new ContainerRenameParameters { NewName = name }, limited),
        token);
}
