namespace OverlayBridge.Legacy.Tests;

public class TestFilesTests
{
    [Fact]
    public void The_recorded_stores_are_found_beside_the_tests() =>
        Assert.True(File.Exists(TestFiles.Fixture("consul-healthy/kv-recurse.json")));
}
