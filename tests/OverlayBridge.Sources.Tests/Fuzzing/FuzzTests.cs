using OverlayBridge.SyntheticStores;
using OverlayBridge.SyntheticStores.Fuzzing;

namespace OverlayBridge.Sources.Tests.Fuzzing;

/// <summary>The short run; the long one is <c>OverlayBridge.Benchmarks fuzz --minutes 10</c>.</summary>
public sealed class FuzzTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("overlaybridge-fuzz-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Damaged_and_hostile_files_are_read_audited_and_compared_or_refused_with_the_documented_error()
    {
        string[] fixtures =
        [
            "consul-healthy/kv-recurse.json", "consul-healthy/kv-export.json", "consul-healthy/consul.snap", "consul-damaged/kv-recurse.json", "etcd2/v2-keys.json",
        ];
        var store = SyntheticStore.Generate(new SyntheticShape(12, 4, 60), 1);
        var inputs = new FuzzInputs([.. fixtures.Select(f => File.ReadAllBytes(TestFiles.Fixture(f)))], store);

        var result = await new Fuzzer(inputs, store, folder.FullName).RunAsync(Enumerable.Range(0, 150), TimeSpan.FromMinutes(5), TestContext.Current.CancellationToken);

        Assert.Equal(150, result.Inputs);
        Assert.InRange(result.Refused, 20, 130);
    }
}
