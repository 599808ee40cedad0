namespace OverlayBridge.Lab.Commands;

internal static class LabStatus
{
    /// <summary>One line for each part. Gives whether all of them answer.</summary>
    public static async Task<bool> PrintAsync(RunningLab lab, TextWriter output, CancellationToken cancellationToken)
    {
        var parts = lab.Hosts.Select(async host => new Part(
            host.Name, $"{host.Address}", $"engine {host.Release.Version}", $"unix://{host.DockerSocket}",
            await host.Engine.AnswersAsync(cancellationToken).ConfigureAwait(false))).ToList();
        if (lab.Store is { } store)
        {
            parts.Add(StoreAsync());
            async Task<Part> StoreAsync() => new(
                lab.Kv.Name, $"{lab.Kv.Address}", store.Program, store.State,
                lab.Kv.IsUp && await store.AnswersAsync(cancellationToken).ConfigureAwait(false));
        }

        var all = await Task.WhenAll(parts).ConfigureAwait(false);
        await output.WriteLineAsync($"{lab.Name}, with its files in {lab.Folder}").ConfigureAwait(false);
        foreach (var part in all)
        {
            await output.WriteLineAsync(
                $"  {part.Name,-4}{part.Address,-14}{part.Program,-17}{(part.Answers ? "up" : "DOWN"),-6}{part.EndPoint}").ConfigureAwait(false);
        }

        return all.All(part => part.Answers);
    }

    private sealed record Part(string Name, string Address, string Program, string EndPoint, bool Answers);
}
