using System.Collections.Immutable;
using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OverlayBridge.Migration.Agent.Tasks.Conversion;

/// <summary>The engine's daemon.json, as text. Pure.</summary>
internal static class DaemonJson
{
    private const string ClusterStore = "cluster-store";
    private const string Dns = "dns";

    /// <summary>What an engine without a store must not have; engines from 23 on refuse to start with it.</summary>
    private static readonly ImmutableArray<string> LegacyFields = [ClusterStore, "cluster-advertise", "cluster-store-opts"];

    private static readonly JsonSerializerOptions Written = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The file for an engine in the swarm: all but the store's fields as it was, and the name servers.</summary>
    /// <param name="before">Null: there is no file.</param>
    /// <param name="resolvers">Ours first, then those that containers had before; empty to leave <c>dns</c> as it is.</param>
    public static string ForSwarm(string? before, ImmutableArray<IPAddress> resolvers)
    {
        var json = Parse(before) ?? throw new StepException("daemon.json is no JSON object.", "Mend the file; the engine could not start with it either.");
        foreach (var field in LegacyFields)
            json.Remove(field);
        if (!resolvers.IsEmpty)
            json[Dns] = new JsonArray([.. resolvers.Select(static resolver => JsonValue.Create(resolver.ToString()))]);
        return json.ToJsonString(Written);
    }

    /// <summary>Whether an engine in the swarm can start with the file, and gives containers our name server.</summary>
    public static bool IsForSwarm(string? text, ImmutableArray<IPAddress> resolvers) =>
        Parse(text) is { } json && !LegacyFields.Any(json.ContainsKey) && (resolvers.IsEmpty || ResolversOf(text).Contains(resolvers[0]));

    /// <summary>The file without a name server that is no more; null where it has none of it.</summary>
    public static string? WithoutResolver(string? text, IPAddress resolver)
    {
        if (Parse(text) is not { } json || json[Dns] is not JsonArray servers)
            return null;
        var left = servers.Select(static server => server?.ToString() ?? "").Where(server => server != resolver.ToString()).ToArray();
        if (left.Length == servers.Count)
            return null;
        json[Dns] = new JsonArray([.. left.Select(static server => JsonValue.Create(server))]);
        if (left.Length == 0)
            json.Remove(Dns);
        return json.ToJsonString(Written);
    }

    /// <summary>Where the file points the engine's store to; null for nowhere.</summary>
    public static string? StoreOf(string? text) => Parse(text)?[ClusterStore] is JsonValue value && value.TryGetValue(out string? store) ? store : null;

    /// <summary>The name servers that the file names already.</summary>
    public static ImmutableArray<IPAddress> ResolversOf(string? text) => Parse(text)?[Dns] is JsonArray servers
        ? [.. servers.Select(static server => IPAddress.TryParse(server?.ToString(), out var address) ? address : null).OfType<IPAddress>()]
        : [];

    /// <returns>Null: it is no JSON object.</returns>
    public static JsonObject? Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return [];
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
