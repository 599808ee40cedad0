using System.Text;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Sources.Tests.Consul;

/// <summary>Changes by CAS, as <c>repair</c> makes them.</summary>
public class ConsulWriteTests
{
    private const string Held = """[{"LockIndex":0,"Key":"docker/a","Flags":18446744073709551615,"Value":"YQ==","CreateIndex":1,"ModifyIndex":7}]""";
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(7, "b", WriteOutcome.Written, "PUT /v1/kv/docker/a?cas=7&flags=18446744073709551615 b")]
    [InlineData(7, null, WriteOutcome.Written, "DELETE /v1/kv/docker/a?cas=7")]
    [InlineData(6, "b", WriteOutcome.Conflict, "GET /v1/kv/docker/a?consistent=")]
    [InlineData(6, null, WriteOutcome.Conflict, "GET /v1/kv/docker/a?consistent=")]
    [InlineData(0, "b", WriteOutcome.Written, "PUT /v1/kv/docker/a?cas=0&flags=3304740253564472344 b")]
    public async Task A_key_is_changed_only_at_the_index_that_was_read_and_keeps_its_flags(ulong expected, string? value, WriteOutcome outcome, string last)
    {
        await using var fake = await FakeConsul.StartAsync();
        fake.Answer = static context => context.Request.Method == "GET" ? FakeConsul.JsonAsync(context, Held) : FakeConsul.TextAsync(context, 200, "true");
        using var source = new ConsulSource(fake.Client(), "docker/");
        Assert.Equal(outcome, await source.TryWriteAsync("docker/a", expected, value is null ? null : [.. Encoding.ASCII.GetBytes(value)], Token));
        Assert.Equal(last, fake.Requests.Last());
    }

    [Fact]
    public async Task What_the_server_refuses_is_a_conflict()
    {
        await using var fake = await FakeConsul.StartAsync();
        fake.Answer = static context => context.Request.Method == "GET" ? FakeConsul.JsonAsync(context, Held) : FakeConsul.TextAsync(context, 200, "false");
        using var source = new BridgeSource(fake.Client(), "docker/");
        Assert.Equal(WriteOutcome.Conflict, await source.TryWriteAsync("docker/a", 7, [1], Token));
        Assert.Equal(WriteOutcome.Conflict, await source.TryWriteAsync("docker/a", 0, [1], Token));
    }

    [Fact]
    public async Task To_delete_a_key_that_must_not_exist_is_a_defect_of_the_caller()
    {
        await using var fake = await FakeConsul.StartAsync();
        using var source = new ConsulSource(fake.Client(), "docker/");
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => source.TryWriteAsync("docker/a", 0, null, Token).AsTask());
    }
}
