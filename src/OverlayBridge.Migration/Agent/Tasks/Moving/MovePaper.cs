using System.Text.Json;
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
    public string ImageName => Text(Config[nameof(Image)]);

    public ContainerRestart Restart => Host["RestartPolicy"] is JsonObject policy && Text(policy["Name"]) is { Length: > 0 } name
        ? new ContainerRestart(name, policy["MaximumRetryCount"]?.GetValue<int>() ?? 0)
        : ContainerRestart.None;

    /// <summary>Its own parts.</summary>
    public JsonObject Config => paper[nameof(Config)] as JsonObject ?? [];

    /// <summary>What another engine is to make the same container from: everything that it was made with. Its place there is the target's to say, see <see cref="Place"/>.</summary>
    /// <param name="id">Of the container.</param>
    public JsonObject Blueprint(string id)
    {
        var parts = (JsonObject)Config.DeepClone();
        // The host name that an engine gives is the container's id, and would be wrong there.
        if (Text(parts["Hostname"]) == id[..Math.Min(ShortIdLength, id.Length)])
            parts.Remove("Hostname");
        parts["HostConfig"] = Host.DeepClone();
        return parts;
    }

    /// <summary>At the target: where the container is to be, what it is known by, and what the engine there gives each container itself.</summary>
    /// <param name="label">The value of <see cref="Label"/>.</param>
    /// <param name="first">The network that it is made with; it is connected to the others afterwards.</param>
    public static void Place(JsonObject parts, string label, MoveEndpoint first)
    {
        if (parts["Labels"] is not JsonObject labels)
            parts["Labels"] = labels = [];
        labels[Label] = label;
        if (parts["HostConfig"] is not JsonObject host)
            parts["HostConfig"] = host = [];
        host["NetworkMode"] = first.Network;
        // An empty list was refused; any other gives way to the engine's own.
        host.Remove("MaskedPaths");
        host.Remove("ReadonlyPaths");
        var endpoint = new JsonObject { ["Aliases"] = new JsonArray([.. first.Aliases.Select(static alias => JsonValue.Create(alias))]) };
        if (first.Address is { } address)
            endpoint["IPAMConfig"] = new JsonObject { ["IPv4Address"] = address.ToString() };
        parts["NetworkingConfig"] = new JsonObject { ["EndpointsConfig"] = new JsonObject { [first.Network] = endpoint } };
    }

    public static string Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";

    /// <summary>Whether something is said: no empty list, object or text, no <c>false</c>, no 0.</summary>
    public static bool HasAny(JsonNode? node) => node switch
    {
        JsonArray list => list.Count > 0,
        JsonObject parts => parts.Count > 0,
        JsonValue value => value.GetValueKind() switch
        {
            JsonValueKind.String => Text(value).Length > 0,
            JsonValueKind.Number => value.ToJsonString() != "0",
            JsonValueKind.True => true,
            _ => false,
        },
        _ => false,
    };
}
