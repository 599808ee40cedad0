using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace OverlayBridge.Tests.Serve;

/// <summary>kill -9 of the real process at random moments: what was acknowledged is there afterwards, and nothing half.</summary>
public sealed class KillTests : IDisposable
{
    private const int Rounds = 10;
    private const int Writers = 16;
    private const int LinesPerImport = 40;
    private const int Imports = 25;

    private readonly TemporaryFolder _folder = new();
    private readonly Random _random = new(20260101);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task No_acknowledged_write_is_lost_by_kill_9_under_concurrent_writers()
    {
        var acknowledged = new ConcurrentDictionary<string, ulong>();
        for (var round = 0; round < Rounds; round++)
        {
            await using var serve = await ServeProcess.StartAsync(_folder.File("data"), Token);
            await AssertAllThereAsync(serve, acknowledged);
            var writing = Enumerable.Range(0, Writers).Select(writer => WriteUntilKilledAsync(serve, $"w/{round}/{writer}", acknowledged)).ToList();
            // A node that just started takes a while to lead, the longer the busier the machine is.
            var prefix = $"w/{round}/";
            while (!acknowledged.Keys.Any(key => key.StartsWith(prefix, StringComparison.Ordinal)))
                await Task.Delay(10, Token);
            await Task.Delay(_random.Next(50, 500), Token);
            await serve.KillAsync();
            await Task.WhenAll(writing);
        }

        await using var last = await ServeProcess.StartAsync(_folder.File("data"), Token);
        await AssertAllThereAsync(last, acknowledged);
        Assert.True(acknowledged.Count > Rounds * Writers, $"only {acknowledged.Count} writes were acknowledged in {Rounds} rounds");
    }

    [Fact]
    public async Task An_import_killed_at_any_moment_leaves_whole_requests_only_and_completes_when_it_is_repeated()
    {
        var sent = 0;
        for (var round = 0; round < Rounds; round++)
        {
            await using var serve = await ServeProcess.StartAsync(_folder.File("data"), Token);
            await AssertWholeImportsAsync(serve, atLeast: sent);
            var importing = ImportUntilKilledAsync(serve);
            await Task.Delay(_random.Next(20, 300), Token);
            await serve.KillAsync();
            sent = Math.Max(sent, await importing);
        }

        await using var last = await ServeProcess.StartAsync(_folder.File("data"), Token);
        Assert.Equal(Imports, await ImportUntilKilledAsync(last));
        await AssertWholeImportsAsync(last, atLeast: Imports);
        using var again = await last.Client.PutAsync("/v1/overlaybridge/import", ImportBody(0), Token);
        Assert.Equal(0, (await again.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("Applied").GetInt32());
    }

    private static async Task WriteUntilKilledAsync(ServeProcess serve, string prefix, ConcurrentDictionary<string, ulong> acknowledged)
    {
        try
        {
            for (ulong i = 1; ; i++)
            {
                var key = $"{prefix}/{i}";
                using var answer = await serve.Client.PutAsync($"/v1/kv/{key}?flags={i}", new StringContent(key), Token);
                if (await answer.Content.ReadAsStringAsync(Token) == "true")
                    acknowledged[key] = i;
            }
        }
        catch (HttpRequestException)
        {
            // The process is gone, and with it the answer to the last write: that one may be there or not.
        }
    }

    private static async Task AssertAllThereAsync(ServeProcess serve, ConcurrentDictionary<string, ulong> acknowledged)
    {
        if (acknowledged.IsEmpty)
            return;
        var entries = (await serve.Client.GetFromJsonAsync<List<JsonElement>>("/v1/kv/w/?recurse", Token))!
            .ToDictionary(entry => entry.GetProperty("Key").GetString()!);
        var lost = acknowledged.Keys.Where(key => !entries.ContainsKey(key)).ToList();
        Assert.True(lost.Count == 0, $"{lost.Count} of {acknowledged.Count} acknowledged writes are lost: {string.Join(' ', lost.Take(5))}");
        Assert.All(entries, pair =>
        {
            Assert.Equal(pair.Key, Encoding.UTF8.GetString(pair.Value.GetProperty("Value").GetBytesFromBase64()));
            Assert.Equal(pair.Key.Split('/')[3], pair.Value.GetProperty("Flags").GetUInt64().ToString(CultureInfo.InvariantCulture));
        });
        Assert.Equal(entries.Count, entries.Values.Select(entry => entry.GetProperty("ModifyIndex").GetUInt64()).Distinct().Count());
    }

    /// <summary>How many imports were acknowledged.</summary>
    private static async Task<int> ImportUntilKilledAsync(ServeProcess serve)
    {
        var done = 0;
        try
        {
            for (; done < Imports; done++)
            {
                using var answer = await serve.Client.PutAsync("/v1/overlaybridge/import", ImportBody(done), Token);
                Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Token));
            }
        }
        catch (HttpRequestException)
        {
            // Killed: the last import may be there or not.
        }
        return done;
    }

    private static StringContent ImportBody(int number)
    {
        var lines = new StringBuilder();
        for (var line = 0; line < LinesPerImport; line++)
        {
            var index = 1000 + number * LinesPerImport + line;
            lines.Append(CultureInfo.InvariantCulture, $$"""
                {"Op":"set","Key":"docker/i/{{number}}/{{line}}","Value":"eA==","Flags":3304740253564472344,"CreateIndex":{{index}},"ModifyIndex":{{index}},"LockIndex":0}

                """);
        }
        return new StringContent(lines.ToString(), Encoding.UTF8, "application/x-ndjson");
    }

    private static async Task AssertWholeImportsAsync(ServeProcess serve, int atLeast)
    {
        using var answer = await serve.Client.GetAsync("/v1/kv/docker/i/?recurse", Token);
        if (answer.StatusCode == System.Net.HttpStatusCode.NotFound)
        {
            Assert.Equal(0, atLeast);
            return;
        }
        var entries = (await answer.Content.ReadFromJsonAsync<List<JsonElement>>(Token))!;
        var imports = entries.GroupBy(entry => entry.GetProperty("Key").GetString()!.Split('/')[2]).ToList();
        Assert.All(imports, import => Assert.Equal(LinesPerImport, import.Count()));
        Assert.True(imports.Count >= atLeast, $"{atLeast} imports were acknowledged, {imports.Count} are there");
        Assert.All(entries, entry =>
        {
            var key = entry.GetProperty("Key").GetString()!.Split('/');
            var index = 1000 + int.Parse(key[2], CultureInfo.InvariantCulture) * LinesPerImport + int.Parse(key[3], CultureInfo.InvariantCulture);
            Assert.Equal((ulong)index, entry.GetProperty("ModifyIndex").GetUInt64());
        });
    }
}
