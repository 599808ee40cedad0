using System.Collections.Immutable;
using System.Text.Json;

namespace OverlayBridge.Plans.Tests.Schemas;

/// <summary>The schema by which editors complete plan files has the keys that the reader knows, and no others.</summary>
public sealed class PlanSchemaTests
{
    private static readonly JsonElement Schema = JsonDocument.Parse(File.ReadAllText(Path.Combine(TestFiles.RepositoryRoot, "docs", "schemas", "plan-file.schema.json"))).RootElement;

    public static TheoryData<string, string> Mappings => new()
    {
        { "", nameof(PlanKeys.File) },
        { "origin", nameof(PlanKeys.Origin) },
        { "limits", nameof(PlanKeys.Limits) },
        { "networks/*", nameof(PlanKeys.Network) },
        { "hosts/*", nameof(PlanKeys.Host) },
        { "hosts/*/containers/*", nameof(PlanKeys.Container) },
        { "hosts/*/containers/*/attachments/*", nameof(PlanKeys.Attachment) },
        { "replicaSets/*", nameof(PlanKeys.ReplicaSet) },
        { "compose/*", nameof(PlanKeys.Compose) },
        { "constraints", nameof(PlanKeys.Constraints) },
        { "constraints/order/*", nameof(PlanKeys.Order) },
        { "stages/*", nameof(PlanKeys.Stage) },
        { "stages/*/window", nameof(PlanKeys.Window) },
        { "stages/*/gates/*", nameof(PlanKeys.Gate) },
        { "stages/*/gates/*/probe", nameof(PlanKeys.Probe) },
    };

    [Theory, MemberData(nameof(Mappings))]
    public void Each_mapping_has_the_keys_that_are_read(string path, string keys)
    {
        var mapping = path.Split('/', StringSplitOptions.RemoveEmptyEntries).Aggregate(Schema, static (at, part) => part == "*" ? at.GetProperty("items") : at.GetProperty("properties").GetProperty(part));

        Assert.False(mapping.GetProperty("additionalProperties").GetBoolean());
        Assert.Equal((ImmutableArray<string>)typeof(PlanKeys).GetField(keys)!.GetValue(null)!, mapping.GetProperty("properties").EnumerateObject().Select(static property => property.Name));
    }

    [Theory, MemberData(nameof(Mappings))]
    public void What_the_schema_requires_the_reader_requires_too(string path, string keys)
    {
        var mapping = path.Split('/', StringSplitOptions.RemoveEmptyEntries).Aggregate(Schema, static (at, part) => part == "*" ? at.GetProperty("items") : at.GetProperty("properties").GetProperty(part));
        var required = mapping.TryGetProperty("required", out var list) ? list.EnumerateArray().Select(static item => item.GetString()).ToList() : [];

        Assert.NotEmpty(keys);
        Assert.All(required, key => Assert.Contains(key, mapping.GetProperty("properties").EnumerateObject().Select(static property => property.Name)));
        if (path.Length == 0)
            Assert.Equal(required.Order(), PlanTexts.Lines(PlanTexts.Read("webhooks: []")).Select(static line => line.Split('\'')[1]).Order());
    }
}
