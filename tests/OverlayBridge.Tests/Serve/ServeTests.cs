using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using OverlayBridge.Terminal;

namespace OverlayBridge.Tests.Serve;

public sealed class ServeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Data => _folder.File("data");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_terminated_service_answers_those_who_wait_and_exits_with_0()
    {
        await using var serve = await ServeProcess.StartAsync(Data, Token);
        using var put = await serve.Client.PutAsync("/v1/kv/a", new StringContent("1"), Token);
        var index = Assert.Single((await serve.Client.GetAsync("/v1/kv/a", Token)).Headers.GetValues("X-Consul-Index"));
        var waiting = serve.Client.GetAsync($"/v1/kv/a?index={index}&wait=60s", Token);
        await WaitForBlockingQueryAsync(serve);

        Assert.Equal(ExitCode.Success, await serve.TerminateAsync(Token));
        using var answer = await waiting;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.DoesNotContain("error", serve.Error, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Health_and_status_tell_that_the_service_is_ready()
    {
        await using var serve = await ServeProcess.StartAsync(Data, Token);
        Assert.Equal("live\n", await serve.Client.GetStringAsync("/health/live", Token));
        Assert.Equal("ready\n", await serve.Client.GetStringAsync("/health/ready", Token));
        using var status = JsonDocument.Parse(await serve.Client.GetStringAsync("/v1/overlaybridge/status", Token));
        Assert.True(status.RootElement.GetProperty("Leader").GetBoolean());
        Assert.Equal("primary", status.RootElement.GetProperty("Mode").GetString());
    }

    [Fact]
    public async Task A_http_port_in_use_is_one_clear_error()
    {
        using var taken = Listen(out var address);
        var run = await ServeProcess.FailAsync(Token, "--data", Data, "--http", address, "--raft", ServeProcess.FreeAddress());
        AssertError(run, $"The HTTP address {address} is in use.", "--http");
    }

    [Fact]
    public async Task A_raft_port_in_use_is_one_clear_error()
    {
        using var taken = Listen(out var address);
        var run = await ServeAsync("--data", Data, "--http", ServeProcess.FreeAddress(), "--raft", address);
        AssertError(run, $"The Raft address {address} cannot be listened on.", "--raft");
    }

    [Fact]
    public async Task An_address_that_is_not_of_this_host_is_one_clear_error()
    {
        var run = await ServeAsync(
            "--data", Data, "--http", "192.0.2.1:8500", "--raft", ServeProcess.FreeAddress(), "--allow-remote-without-token");
        AssertError(run, "The HTTP address 192.0.2.1:8500 cannot be listened on.", "--http");
    }

    [Fact]
    public async Task A_data_folder_in_use_is_one_clear_error()
    {
        await using var serve = await ServeProcess.StartAsync(Data, Token);
        AssertError(await ServeAsync("--data", Data, "--http", ServeProcess.FreeAddress(), "--raft", ServeProcess.FreeAddress()),
            $"The data folder {Data} is in use.", "--data");
    }

    [Fact]
    public async Task A_data_folder_that_cannot_be_written_is_one_clear_error() =>
        AssertError(await ServeAsync("--data", "/proc/overlaybridge", "--http", ServeProcess.FreeAddress(), "--raft", ServeProcess.FreeAddress()),
            "The data folder /proc/overlaybridge cannot be used.", "--data");

    [Fact]
    public async Task A_damaged_log_is_one_clear_error_that_says_where()
    {
        await using (var serve = await ServeProcess.StartAsync(Data, Token))
        {
            using var put = await serve.Client.PutAsync("/v1/kv/a", new StringContent("value"), Token);
            Assert.Equal(ExitCode.Success, await serve.TerminateAsync(Token));
        }
        var chunk = Path.Combine(Data, "log", "data", "0");
        await using (var file = new FileStream(chunk, FileMode.Open))
        {
            file.Position = 20;
            file.WriteByte(0xFF);
        }
        AssertError(await ServeAsync("--data", Data, "--http", ServeProcess.FreeAddress(), "--raft", ServeProcess.FreeAddress()),
            $"The log in {Path.Combine(Data, "log")} is damaged.", "backup");
    }

    [Theory]
    [InlineData("0.0.0.0:0", "127.0.0.1:0", "--http")]
    [InlineData("127.0.0.1:0", "192.0.2.1:8300", "--raft")]
    public async Task An_address_open_to_other_machines_is_refused_unless_it_is_allowed(string http, string raft, string option)
    {
        var run = await ServeAsync("--data", Data, "--http", http, "--raft", raft);
        AssertError(run, $"{option} {(option == "--http" ? http : raft)} would be open to other machines.", "--allow-remote-without-token");
        Assert.False(Directory.Exists(Data));
    }

    [Theory]
    [InlineData("--data is missing.", "--http", "127.0.0.1:0", "--raft", "127.0.0.1:0")]
    [InlineData("--http is missing.", "--data", "d", "--raft", "127.0.0.1:0")]
    [InlineData("--raft is missing.", "--data", "d", "--http", "127.0.0.1:0")]
    [InlineData("'nonsense' is no address", "--data", "d", "--http", "nonsense")]
    [InlineData("'::1:8500' is no address", "--data", "d", "--http", "::1:8500")]
    [InlineData("'boss' is no role: control", "--roles", "boss")]
    [InlineData("--bootstrap does not name this node.", "--data", "d", "--http", "127.0.0.1:0", "--raft", "127.0.0.1:1", "--bootstrap", "127.0.0.1:2,127.0.0.1:3")]
    public async Task A_missing_or_wrong_option_is_one_clear_error(string what, params string[] arguments)
    {
        var run = await ServeAsync(arguments);
        Assert.Equal(ExitCode.Error, run.ExitCode);
        Assert.StartsWith($"error: {what}", run.Error, StringComparison.Ordinal);
    }

    private static Task<CommandResult> ServeAsync(params string[] arguments) => CommandRun.RunAsync(["serve", .. arguments]);

    private static void AssertError(CommandResult run, string what, string remedy)
    {
        Assert.Equal(ExitCode.Error, run.ExitCode);
        var lines = run.Error.TrimEnd('\n').Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.Equal($"error: {what}", lines[0]);
        Assert.StartsWith("why:   ", lines[1], StringComparison.Ordinal);
        Assert.Contains(remedy, lines[2], StringComparison.Ordinal);
    }

    private static TcpListener Listen(out string address)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        address = listener.LocalEndpoint.ToString()!;
        return listener;
    }

    private static async Task WaitForBlockingQueryAsync(ServeProcess serve)
    {
        while (true)
        {
            using var status = JsonDocument.Parse(await serve.Client.GetStringAsync("/v1/overlaybridge/status", Token));
            if (status.RootElement.GetProperty("BlockingQueries").GetInt32() == 1)
                return;
            await Task.Delay(10, Token);
        }
    }
}
