using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace OverlayBridge.Reports.Tests.Schemas;

/// <summary>Makes the JSON schema of a report from its types, with their own docstrings as descriptions.</summary>
internal static partial class SchemaWriter
{
    private static readonly JsonSerializerOptions Writing = new(ReportJson.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Write(JsonTypeInfo type, string title)
    {
        var options = new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Complete };
        var schema = type.GetJsonSchemaAsNode(options).AsObject();
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.Insert(1, "title", title);
        return schema.ToJsonString(Writing) + "\n";
    }

    // Output has every field always, null where nothing is known, and no other field.
    private static JsonNode Complete(JsonSchemaExporterContext context, JsonNode schema)
    {
        if (schema is not JsonObject node)
            return schema;
        if (node["properties"] is JsonObject properties && context.TypeInfo.Kind == JsonTypeInfoKind.Object)
        {
            node["required"] = new JsonArray([.. properties.Select(property => (JsonNode)property.Key)]);
            node["additionalProperties"] = false;
        }

        if (Description(context) is { } description)
            node.Insert(0, "description", description);
        return node;
    }

    private static string? Description(JsonSchemaExporterContext context)
    {
        if (context.PropertyInfo is not { } property)
            return Summary($"T:{context.TypeInfo.Type.FullName}", context.TypeInfo.Type);
        var owner = property.DeclaringType;
        var name = owner.GetProperties().FirstOrDefault(member => string.Equals(member.Name, property.Name, StringComparison.OrdinalIgnoreCase))?.Name;
        return Summary($"P:{owner.FullName}.{name}", owner) ?? Parameter(owner, name);
    }

    private static string? Summary(string member, Type type) =>
        Text(Members(type).FirstOrDefault(element => (string?)element.Attribute("name") == member)?.Element("summary"));

    // The docstring of a positional record stands at the type, its parameters' at the type as well.
    private static string? Parameter(Type owner, string? name) => Text(Members(owner)
        .FirstOrDefault(element => (string?)element.Attribute("name") == $"T:{owner.FullName}")?
        .Elements("param").FirstOrDefault(parameter => (string?)parameter.Attribute("name") == name));

    private static IEnumerable<XElement> Members(Type type)
    {
        var file = Path.ChangeExtension(type.Assembly.Location, ".xml");
        return type.FullName?.StartsWith("OverlayBridge.", StringComparison.Ordinal) == true && File.Exists(file)
            ? XDocument.Load(file).Root!.Element("members")!.Elements()
            : [];
    }

    private static string? Text(XElement? element)
    {
        if (element is null)
            return null;
        foreach (var reference in element.Descendants().Where(child => child.Name.LocalName is "see" or "paramref").ToList())
            reference.ReplaceWith(((string?)reference.Attribute("cref") ?? (string?)reference.Attribute("name") ?? "").Split('.', ':')[^1]);
        var text = Blanks().Replace(element.Value, " ").Trim();
        return text.Length == 0 ? null : text;
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
