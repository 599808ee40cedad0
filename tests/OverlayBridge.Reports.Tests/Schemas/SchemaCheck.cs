using System.Text.Json;

namespace OverlayBridge.Reports.Tests.Schemas;

/// <summary>
/// Holds a document against a schema, as far as our schemas go: type, enum, properties, required, additionalProperties, items, $ref. Anything
/// else in a schema is an error, so that nothing is silently not checked.
/// </summary>
internal sealed class SchemaCheck(JsonElement root)
{
    private static readonly string[] Understood =
        ["$schema", "title", "description", "type", "enum", "properties", "required", "additionalProperties", "items", "$ref", "default", "format"];

    /// <summary>What does not fit, each with its place; empty when all does.</summary>
    public IEnumerable<string> Errors(JsonElement value) => Errors(value, root, "$");

    private IEnumerable<string> Errors(JsonElement value, JsonElement schema, string path)
    {
        if (schema.ValueKind != JsonValueKind.Object)
            return [];
        if (schema.TryGetProperty("$ref", out var reference))
            schema = Resolve(reference.GetString()!);
        return
        [
            .. schema.EnumerateObject().Where(keyword => !Understood.Contains(keyword.Name)).Select(keyword => $"{path}: keyword {keyword.Name} is not understood"),
            .. TypeErrors(value, schema, path),
            .. value.ValueKind == JsonValueKind.Object ? ObjectErrors(value, schema, path) : [],
            .. value.ValueKind == JsonValueKind.Array && schema.TryGetProperty("items", out var items)
                ? value.EnumerateArray().SelectMany((item, at) => Errors(item, items, $"{path}[{at}]")) : [],
        ];
    }

    private static IEnumerable<string> TypeErrors(JsonElement value, JsonElement schema, string path)
    {
        if (schema.TryGetProperty("enum", out var allowed) && !allowed.EnumerateArray().Any(each => each.GetRawText() == value.GetRawText()))
            yield return $"{path}: {value.GetRawText()} is not one of {allowed.GetRawText()}";
        if (schema.TryGetProperty("type", out var type) && !Types(type).Contains(TypeOf(value)))
            yield return $"{path}: {TypeOf(value)} instead of {type.GetRawText()}";
        // Whether it may be null is the type's to say.
        if (value.ValueKind != JsonValueKind.Null && schema.TryGetProperty("format", out var format) && !(format.GetString() == "date-time" && value.TryGetDateTimeOffset(out _)))
            yield return $"{path}: {value.GetRawText()} is no {format.GetString()}";
    }

    private IEnumerable<string> ObjectErrors(JsonElement value, JsonElement schema, string path)
    {
        var properties = schema.TryGetProperty("properties", out var known) ? known.EnumerateObject().ToDictionary(each => each.Name, each => each.Value) : [];
        if (schema.TryGetProperty("required", out var required))
            foreach (var name in required.EnumerateArray().Select(each => each.GetString()!).Where(name => !value.TryGetProperty(name, out _)))
                yield return $"{path}: {name} is missing";
        foreach (var property in value.EnumerateObject())
            if (properties.TryGetValue(property.Name, out var own))
                foreach (var error in Errors(property.Value, own, $"{path}.{property.Name}"))
                    yield return error;
            else if (schema.TryGetProperty("additionalProperties", out var rest) && rest.ValueKind == JsonValueKind.False)
                yield return $"{path}: {property.Name} is not in the schema";
            else if (rest.ValueKind == JsonValueKind.Object)
                foreach (var error in Errors(property.Value, rest, $"{path}.{property.Name}"))
                    yield return error;
    }

    // "#/properties/networks/items": a JSON pointer into the schema itself.
    private JsonElement Resolve(string pointer) => pointer.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries)
        .Aggregate(root, (node, step) => node.ValueKind == JsonValueKind.Array ? node[int.Parse(step, System.Globalization.CultureInfo.InvariantCulture)] : node.GetProperty(step));

    // Every integer is a number.
    private static IEnumerable<string> Types(JsonElement type) =>
        Listed(type).SelectMany(static each => each == "number" ? [each, "integer"] : new[] { each });

    private static IEnumerable<string> Listed(JsonElement type) =>
        type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(each => each.GetString()!) : [type.GetString()!];

    private static string TypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => "string",
        JsonValueKind.Number => value.TryGetDecimal(out var number) && number == decimal.Truncate(number) ? "integer" : "number",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Null => "null",
        JsonValueKind.Array => "array",
        _ => "object",
    };
}
