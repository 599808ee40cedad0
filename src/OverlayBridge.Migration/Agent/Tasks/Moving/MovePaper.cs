using System.Text.Json.Nodes;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Tasks.Moving;

/// <summary>What an engine tells of a container, read for a move. Pure.</summary>
/// <param name="paper">As <c>docker inspect</c> has it.</param>
internal sealed class MovePaper(JsonObject paper)
{
    /// <summary>On the container at the target: <c>HOST/ID</c> of the one that it was made from.</summary>
    public const string Label = "overlaybridge.moved-from";

    private const int ShortIdLength = 12;

    public JsonObject Host => paper["HostConfig"] as JsonObject ?? [];

    public JsonObject Networks => paper["NetworkSettings"]?[nameof(Networks)] as JsonObject ?? [];

    /// <summary>The image's id, <c>sha256:…</c>.</summary>
    public string Image => Text(paper[nameof(Image)]);

    /// <summary>The name by which the image was asked for.</summary>
    public string ImageName => Text(paper["Config"]?[nameof(Image)]);

    public ContainerRestart Restart => Host["RestartPolicy"] is JsonObject policy && Text(policy["Name"]) is { Length: > 0 } name
        ? new ContainerRestart(name, policy["MaximumRetryCount"]?.GetValue<int>() ?? 0)
        : ContainerRestart.None;

    /// <summary>What another engine is to make the same container from: everything that it was made with, on the shared networks by name and at its addresses.</summary>
    /// <param name="id">Of the container.</param>
    /// <param name="label">The value of <see cref="Label"/>.</param>
    /// <param name="first">The network that it is made with; it is connected to the others afterwards.</param>
    public JsonObject Blueprint(string id, string label, MoveEndpoint first)
    {
        var parts = paper["Config"]?.DeepClone() as JsonObject ?? [];
        // The host name that an engine gives is the container's id, and would be wrong there.
        if (Text(parts["Hostname"]) == id[..Math.Min(ShortIdLength, id.Length)])
            parts.Remove("Hostname");
        if (parts["Labels"] is not JsonObject labels)
            parts["Labels"] = labels = [];
        labels[Label] = label;
        var host = (JsonObject)Host.DeepClone();
        host["NetworkMode"] = first.Network;
        parts["HostConfig"] = host;
        var endpoint = new JsonObject { ["Aliases"] = new JsonArray([.. first.Aliases.Select(static alias => JsonValue.Create(alias))]) };
        if (first.Address is { } address)
            endpoint["IPAMConfig"] = new JsonObject { ["IPv4Address"] = address.ToString() };
        parts["NetworkingConfig"] = new JsonObject { ["EndpointsConfig"] = new JsonObject { [first.Network] = endpoint } };
        return parts;
    }

    public static string Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";

    public static bool Is(JsonNode? node) => node is JsonValue value && value.TryGetValue<bool>(out var flag) && flag;

    /// <summary>Whether a list or an object has anything in it.</summary>
    public static bool HasAny(JsonNode? node) => node is JsonArray { Count: > 0 } or JsonObject { Count: > 0 };
}
