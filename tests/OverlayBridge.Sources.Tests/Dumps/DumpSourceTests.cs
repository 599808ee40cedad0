using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Sources.Dumps;

namespace OverlayBridge.Sources.Tests.Dumps;

public sealed class DumpSourceTests : IDisposable
{
    private readonly DumpFiles files = new();

    public void Dispose() => files.Dispose();

    [Theory]
    [InlineData("consul-healthy", 84)]
    [InlineData("consul-damaged", 86)]
    public async Task A_recurse_body_gives_every_key_with_its_64_bit_flags_indexes_and_session(string store, int keys)
    {
        var path = TestFiles.Fixture($"{store}/kv-recurse.json");
        var image = await DumpFiles.ReadAsync(path);
        Assert.Equal(keys, image.Entries.Length);
        Assert.False(image.SessionsKnown);
        Assert.Equal(image.Entries.Max(static entry => entry.ModifyIndex), image.Index);
        // A second opinion: the base library's document model.
        foreach (var (expected, entry) in JsonNode.Parse(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken))!.AsArray().Zip(image.Entries))
        {
            Assert.Equal((string?)expected!["Key"], entry.Key);
            Assert.Equal(Convert.FromBase64String((string?)expected["Value"] ?? ""), entry.Value.AsSpan());
            Assert.Equal((ulong)expected["Flags"]!, entry.Flags);
            Assert.Equal((ulong)expected["CreateIndex"]!, entry.CreateIndex);
            Assert.Equal((ulong)expected["ModifyIndex"]!, entry.ModifyIndex);
            Assert.Equal((ulong)expected["LockIndex"]!, entry.LockIndex);
            Assert.Equal((string?)expected["Session"], entry.Session);
        }
        Assert.Contains(image.Entries, static entry => entry.Flags == 3304740253564472344);
    }

    [Theory]
    [InlineData("consul-healthy")]
    [InlineData("consul-damaged")]
    public async Task An_export_of_the_same_store_gives_the_same_keys_values_and_flags_without_indexes(string store)
    {
        var recurse = await DumpFiles.ReadAsync(TestFiles.Fixture($"{store}/kv-recurse.json"));
        var export = await DumpFiles.ReadAsync(TestFiles.Fixture($"{store}/kv-export.json"));
        Assert.Equal(recurse.Entries.Select(static entry => new KeyValueEntry(entry.Key, entry.Value, entry.Flags)), export.Entries);
        Assert.Equal(0UL, export.Index);
        Assert.False(export.SessionsKnown);
    }

    [Fact]
    public async Task A_dump_of_our_own_gives_back_what_was_written_sessions_and_index_included()
    {
        var image = await HealthyWithSessionsAsync();
        foreach (var name in new[] { "a.json", "a.json.gz" })
        {
            await DumpWriter.WriteAsync(image, files[name], overwrite: false, TimeProvider.System, null, TestContext.Current.CancellationToken);
            var read = await DumpFiles.ReadAsync(files[name]);
            Assert.Equal(image.Index, read.Index);
            Assert.Equal(image.Entries, read.Entries);
            Assert.True(read.SessionsKnown);
            Assert.Equal(image.Sessions.Select(static s => (s.Id, s.Node, s.LockDelay, s.Behavior, s.Ttl, s.CreateIndex, Checks: string.Join(',', s.NodeChecks))),
                read.Sessions.Select(static s => (s.Id, s.Node, s.LockDelay, s.Behavior, s.Ttl, s.CreateIndex, Checks: string.Join(',', s.NodeChecks))));
        }
    }

    [Theory]
    [InlineData("kv-recurse.json")]
    [InlineData("kv-export.json")]
    public async Task Each_kind_is_read_when_packed_by_gzip(string fixture)
    {
        var path = TestFiles.Fixture($"consul-healthy/{fixture}");
        var packed = files.Write("packed", DumpFiles.Gzip(await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken)));
        Assert.Equal((await DumpFiles.ReadAsync(path)).Entries, (await DumpFiles.ReadAsync(packed)).Entries);
    }

    [Fact]
    public async Task Keys_out_of_order_are_put_into_byte_order()
    {
        var image = await DumpFiles.ReadAsync(files.Write("x", Recurse("docker/b", "docker/\U00010000", "docker/\ue000", "docker/a")));
        Assert.Equal(["docker/a", "docker/b", "docker/\ue000", "docker/\U00010000"], image.Entries.Select(static entry => entry.Key));
    }

    [Fact]
    public async Task A_key_that_stands_there_twice_is_named_with_both_places()
    {
        var error = await DumpFiles.RefusedAsync(files.Write("x", Recurse("docker/b", "docker/a", "docker/b")));
        Assert.Contains("key 'docker/b'", error.Cause, StringComparison.Ordinal);
        Assert.Contains("twice, first at byte 1", error.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_outside_the_prefix_are_left_out()
    {
        var path = files.Write("x", Recurse("app/config", "docker/a", "docker2/b", "prod/docker/c"));
        Assert.Equal(["docker/a"], (await DumpFiles.ReadAsync(path)).Entries.Select(static entry => entry.Key));
        Assert.Equal(["prod/docker/c"], (await DumpFiles.ReadAsync(path, new() { Prefix = "prod/" })).Entries.Select(static entry => entry.Key));
        Assert.Equal(4, (await DumpFiles.ReadAsync(path, new() { Prefix = "" })).Entries.Length);
    }

    [Fact]
    public async Task A_file_without_a_key_under_the_prefix_is_refused_and_the_right_prefix_named()
    {
        var error = await DumpFiles.RefusedAsync(files.Write("x", Recurse("app/config", "prod/docker/nodes/a:1")));
        Assert.Contains("--prefix prod/docker/", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_store_is_an_empty_image()
    {
        Assert.Empty((await DumpFiles.ReadAsync(files.Write("x", " []\n"))).Entries);
        Assert.Empty((await DumpFiles.ReadAsync(files.Write("y", """{"formatVersion":1,"source":"s","index":7,"taken":"","entries":[],"sessions":null}"""))).Entries);
    }

    [Fact]
    public async Task A_byte_order_mark_and_unknown_fields_of_newer_versions_are_passed_over()
    {
        var text = "\ufeff" + Recurse("docker/a").Replace("\"LockIndex\"", "\"Partition\":{\"x\":[1]},\"LockIndex\"", StringComparison.Ordinal);
        Assert.Single((await DumpFiles.ReadAsync(files.Write("x", text))).Entries);
    }

    [Theory]
    [InlineData("consul-healthy/sessions.json", "list of sessions", "overlaybridge dump")]
    [InlineData("consul-healthy/h1-networks.json", "its fields are", "overlaybridge dump")]
    [InlineData("consul-wire/stream1.txt", "no JSON", "overlaybridge dump")]
    public async Task A_recorded_file_that_is_no_dump_is_called_what_it_is(string fixture, string what, string remedy)
    {
        var error = await DumpFiles.RefusedAsync(TestFiles.Fixture(fixture));
        Assert.Contains(what, error.Cause, StringComparison.Ordinal);
        Assert.Contains(remedy, error.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData(" \n ", "white space")]
    [InlineData("<html><body>502</body></html>", "HTML")]
    [InlineData("Error! Failed", "it begins with 'Error! Failed'")]
    [InlineData("{}", "without any field")]
    [InlineData("{\"errorCode\":100}", "error answer of etcd")]
    [InlineData("[{\"Node\":\"a\",\"Address\":\"1.2.3.4\"}]", "nodes or services")]
    [InlineData("{\"formatVersion\":2,\"entries\":[]}", "format version 2")]
    [InlineData("{\"formatVersion\":1,\"source\":\"x\"}", "its fields are formatVersion, source")]
    public async Task A_file_that_is_no_dump_is_called_what_it_looks_like(string content, string what)
    {
        var error = await DumpFiles.RefusedAsync(files.Write("x", content));
        Assert.Contains(what, error.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UTF_16_text_is_recognised() =>
        Assert.Contains("UTF-16", (await DumpFiles.RefusedAsync(files.Write("x", [0xff, 0xfe, .. Encoding.Unicode.GetBytes("[]")]))).Cause, StringComparison.Ordinal);

    [Theory]
    [InlineData("\"Flags\":7", "\"Flags\":3.3047402535644723E18", "'Flags' must be a whole number")]
    [InlineData("\"Flags\":7", "\"Flags\":-1", "'Flags' must be a whole number")]
    [InlineData("\"Flags\":7", "\"Flags\":18446744073709551616", "'Flags' must be a whole number")]
    [InlineData("\"Value\":\"eA==\"", "\"Value\":\"eA=\"", "'Value' must be null or a string in base64")]
    [InlineData("\"ModifyIndex\":9", "\"modifyindex\":9", "'ModifyIndex' is missing")]
    [InlineData("\"ModifyIndex\":9", "\"ModifyIndex\":9,\"ModifyIndex\":9", "'ModifyIndex' stands there twice")]
    [InlineData("\"Key\":\"docker/a\"", "\"Key\":\"\"", "'Key' is missing")]
    [InlineData("\"Key\":\"docker/a\"", "\"Key\":\"docker/\\ud800\"", "not valid UTF-8")]
    public async Task A_wrong_field_is_named_with_its_place(string right, string wrong, string what)
    {
        var text = Recurse("docker/first", "docker/a").Replace(right, wrong, StringComparison.Ordinal);
        var error = await DumpFiles.RefusedAsync(files.Write("x", text));
        Assert.Contains("is damaged", error.Message, StringComparison.Ordinal);
        Assert.Contains(what, error.Cause, StringComparison.Ordinal);
        Assert.Matches("byte [0-9]+", error.Cause);
    }

    [Fact]
    public async Task A_cut_off_file_is_said_to_be_cut_off_at_every_length()
    {
        var whole = Encoding.UTF8.GetBytes(Recurse("docker/a", "docker/b"));
        for (var length = 1; length < whole.Length; length++)
        {
            var error = await DumpFiles.RefusedAsync(files.Write("x", whole[..length]));
            Assert.Equal($"file:{files["x"]} is cut off.", error.Message);
            Assert.Contains($"byte {length}", error.Cause, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_cut_off_gzip_file_is_read_whole_or_refused()
    {
        var text = Encoding.UTF8.GetBytes(Recurse("docker/a", "docker/b"));
        var packed = DumpFiles.Gzip(text);
        var refused = 0;
        for (var length = 2; length < packed.Length; length++)
        {
            try
            {
                // Only the end mark and the checksum may be missing here: the JSON itself is then complete.
                Assert.Equal(2, (await DumpFiles.ReadAsync(files.Write("x", packed[..length]))).Entries.Length);
            }
            catch (SourceException error)
            {
                Assert.Matches("is cut off|is damaged|is no dump", error.Message);
                refused++;
            }
        }
        Assert.True(refused > packed.Length - 20);
    }

    [Fact]
    public async Task What_follows_the_end_is_an_error() =>
        Assert.Contains("is damaged", (await DumpFiles.RefusedAsync(files.Write("x", Recurse("docker/a") + Recurse("docker/b")))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_missing_file_a_folder_and_an_unpacked_size_over_the_limit_are_one_clear_error_each()
    {
        Assert.Contains("does not exist", (await DumpFiles.RefusedAsync(files["nothing"])).Message, StringComparison.Ordinal);
        Assert.Contains("is a folder", (await DumpFiles.RefusedAsync(files.Folder)).Cause, StringComparison.Ordinal);
        var bomb = files.Write("bomb", DumpFiles.Gzip(Encoding.UTF8.GetBytes("[" + new string(' ', 1 << 20) + "]")));
        var limits = new SourceLimits(1 << 19, 10, 1 << 19);
        Assert.Contains("larger than", (await DumpFiles.RefusedAsync(bomb, new() { Limits = limits })).Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_many_keys_and_a_too_large_value_are_refused()
    {
        var path = files.Write("x", Recurse("docker/a", "docker/b", "docker/c"));
        Assert.Contains("more than 2 keys", (await DumpFiles.RefusedAsync(path, new() { Limits = new(1 << 20, 2, 1 << 20) })).Cause, StringComparison.Ordinal);
        var large = files.Write("y", $$"""[{"Key":"docker/a","Value":"{{new string('A', 400_000)}}"}]""");
        Assert.Contains("one value is larger", (await DumpFiles.RefusedAsync(large, new() { Limits = new(1 << 20, 2, 70_000) })).Cause, StringComparison.Ordinal);
    }

    internal static string Recurse(params string[] keys) =>
        $"[{string.Join(",\n", keys.Select(static key => $$"""{"LockIndex":0,"Key":"{{key}}","Flags":7,"Value":"eA==","CreateIndex":8,"ModifyIndex":9}"""))}]";

    private static async Task<StoreImage> HealthyWithSessionsAsync()
    {
        var image = await DumpFiles.ReadAsync(TestFiles.Fixture("consul-healthy/kv-recurse.json"));
        ImmutableArray<SessionEntry> sessions =
        [
            new("100d75c6-044e-1be0-d7a3-05a3877979c5", "", "vm", 1_000_000, "delete", "30s", ["serfHealth"], 32, 32),
            new("13e53d65-999c-8143-d3a7-f41bc5ad9d62", "n", "vm", 15_000_000_000, "release", "", [], 29, 31),
        ];
        return image with { Index = 37_999, Sessions = sessions, SessionsKnown = true };
    }
}
