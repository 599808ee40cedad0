using System.Collections.Immutable;
using OverlayBridge.Engines;
using OverlayBridge.Migration.Agent.Tasks.Conversion;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Tasks.Steps;

/// <summary>
/// The bridge's legacy records of converted containers that are no more, as after an update that made them anew at another address: legacy engines would go on answering their names, with the address where nobody is.
/// </summary>
internal sealed class GoneRecords(AgentTools tools)
{
    /// <exception cref="StepException">The legacy network, or its pool, is gone.</exception>
    public async Task DeleteAsync(StepRun run, CancellationToken token)
    {
        if (tools.Conversion.Read() is not { } notes)
            return;
        run.Acting("Looking whether legacy records of containers that are no more are left");
        var records = tools.Legacy(await tools.PrefixAsync(token));
        var gone = Of(notes.Before, await tools.Control.DetailsAsync(token));
        var there = await records.PresentAsync(gone, token);
        foreach (var endpoint in gone.Where(there.Contains))
        {
            run.Change($"Delete the legacy record of {endpoint.Container} ({endpoint.Network} {endpoint.Address}): that container is no more, and none here has its address");
            if (!run.DryRun)
                await records.DeleteAsync(endpoint, token);
        }
    }

    /// <summary>A container that was made anew at the same address is known by the record of the former one. One that is only stopped comes back.</summary>
    internal static ImmutableArray<LegacyEndpoint> Of(HostConversion before, ImmutableArray<ContainerDetail> containers)
    {
        var ids = containers.Select(static container => container.Id).ToHashSet(StringComparer.Ordinal);
        var live = containers.SelectMany(static container => container.Attachments).Select(static attachment => (attachment.Network, attachment.Address ?? attachment.FixedAddress)).ToHashSet();
        return [.. LegacyEndpoints.Own(before).Where(endpoint => !ids.Contains(endpoint.ContainerId) && !live.Contains((endpoint.Network, endpoint.Address)))];
    }
}
