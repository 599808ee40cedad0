using CsCheck;
using OverlayBridge.Compose.Merging;

namespace OverlayBridge.Compose.Tests.Merging;

public sealed class ComposeYamlTests
{
    private static readonly string[] Pieces =
    [
        "services:", "\n", "  ", "    ", "web: ", "- ", "[", "]", "{", "}", ", ", ": ", "&a ", "*a", "<<: ", "!override ", "!reset ", "'", "\"", "|\n", ">\n", "#",
        "networks: ", "external: true", "ipv4_address: 10.0.0.1", "${A:-", "}", "$", "$$", "\t", "---\n", "...\n", "? ", "null", "~", "links: [a]", "\0", "é", "\uD83D\uDE00", "include: ", "extends: ",
        "driver_opts: ", "%YAML 1.2\n", "dns: ", "profiles: ", "version: '2'",
    ];

    [Fact]
    public void Whatever_the_text_the_only_error_is_the_documented_one() =>
        Gen.OneOf(Pieces).List[0, 40].Select(string.Concat).Sample(
            text =>
            {
                try
                {
                    _ = ComposeFileSet.Read([new("a.yml", text)], Texts.Settings(("A", "b")), new Texts(("web", text), ("a.yml", text))).Project;
                }
                catch (ComposeException failure)
                {
                    Assert.NotEmpty(failure.Why);
                }
            },
            iter: 20_000);

    [Fact]
    public void A_real_file_with_letters_changed_gives_a_project_or_the_documented_error()
    {
        var text = File.ReadAllText(ComposeCases.PathOf("anchors", "1.yml"));
        (from at in Gen.Int[0, text.Length - 1] from length in Gen.Int[0, 5] from piece in Gen.OneOf(Pieces) select (at, length, piece)).Sample(
            change =>
            {
                var changed = text.Remove(change.at, Math.Min(change.length, text.Length - change.at)).Insert(change.at, change.piece);
                try
                {
                    _ = ComposeFileSet.Read([new("a.yml", changed)], Texts.Settings(), new Texts()).Project;
                }
                catch (ComposeException failure)
                {
                    Assert.NotEmpty(failure.Remedy);
                }
            },
            iter: 5_000);
    }

    [Fact]
    public void Aliases_of_aliases_that_stand_for_billions_are_refused()
    {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + string.Concat(Enumerable.Range(1, 12).Select(
            n => $"a{n}: &a{n} [{string.Join(", ", Enumerable.Repeat($"*a{n - 1}", 10))}]\n"));

        var failure = Assert.Throws<ComposeException>(() => ComposeYaml.Read(new("bomb.yml", text)));

        Assert.StartsWith("bomb.yml:5:5", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Aliases of aliases", failure.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Merge_keys_that_double_each_time_are_refused_too()
    {
        var text = "a0: &a0 {k0: 1}\n" + string.Concat(Enumerable.Range(1, 40).Select(n => $"a{n}: &a{n} {{x: *a{n - 1}, y: *a{n - 1}}}\n"));

        Assert.Throws<ComposeException>(() => ComposeYaml.Read(new("bomb.yml", text)));
    }

    [Theory]
    [InlineData("a: 1\na: 2", "a.yml:2:1: 'a' is here for the second time.")]
    [InlineData("a: *b", "a.yml:1:4: The alias *b names nothing.")]
    [InlineData("a: &b [*b]", "a.yml:1:8: The alias *b names nothing.")]
    [InlineData("- a", "a.yml:1:1: The file consists of a list.")]
    [InlineData("a: 1\n---\nb: 1", "a.yml:2:1: A second document begins here.")]
    [InlineData("? [a]\n: 1", "a.yml:1:1: A key of this mapping is a mapping or a list.")]
    [InlineData("<<: 1", "a.yml:1:5: << merges a single value.")]
    [InlineData("a: b: c", "a.yml:1:5: This is no valid YAML.")]
    public void What_is_no_Compose_YAML_is_told_with_its_place(string text, string message) =>
        Assert.Equal(message, Assert.Throws<ComposeException>(() => ComposeYaml.Read(new("a.yml", text))).Message);

    [Fact]
    public void Mappings_that_are_too_deep_are_refused() =>
        Assert.Contains("deep", Assert.Throws<ComposeException>(() => ComposeYaml.Read(new("a.yml", new string('[', 100_000)))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_file_that_is_too_long_is_refused() =>
        Assert.Contains("characters", Assert.Throws<ComposeException>(() => ComposeYaml.Read(new("a.yml", new string('a', ComposeLimits.FileLengthMax + 1)))).Message, StringComparison.Ordinal);
}
