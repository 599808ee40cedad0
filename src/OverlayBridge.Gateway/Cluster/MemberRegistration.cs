using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OverlayBridge.Store;

namespace OverlayBridge.Gateway.Cluster;

/// <summary>Keeps this node's record in the store as it must be: written at the start, and again whenever it differs.</summary>
public sealed partial class MemberRegistration(IClusterNode node, ClusterLink link, GatewayOptions options, ILogger<MemberRegistration> logger)
    : BackgroundService
{
    /// <summary>Until the next look. It is no blocking query, which would count among those who wait.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.HttpAddress is not { } http)
            return;
        var own = new MemberRecord(MemberRecord.CurrentFormatVersion, $"{node.Address}", $"{http}", options.NodeName, options.Version, options.Nodes.Certificates is not null, options.PlainAddress?.ToString());
        while (true)
        {
            var reading = await node.ReadKeyAsync(own.Key, new ReadOptions(ReadConsistency.Stale), stoppingToken).ConfigureAwait(false);
            if (reading.Value is not { } entry || MemberRecord.Decode(entry) != own)
                await TryWriteAsync(own, stoppingToken).ConfigureAwait(false);
            await Task.Delay(Pause, stoppingToken).ConfigureAwait(false);
        }
    }

    private async Task TryWriteAsync(MemberRecord own, CancellationToken cancellationToken)
    {
        try
        {
            var leader = await node.LeaderAsync(cancellationToken).ConfigureAwait(false);
            if (leader.Equals(node.Address))
                await MembersEndpoint.WriteAsync(node, own, cancellationToken).ConfigureAwait(false);
            else
                await link.Client.RegisterAsync(leader, own, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NoLeaderException or OutcomeUnknownException or StoreRefusedException)
        {
            LogPostponed(logger, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The other nodes are not told yet where this one is reached: {Reason}")]
    private static partial void LogPostponed(ILogger logger, string reason);
}
