using Microsoft.Extensions.Logging.Abstractions;
using OverlayBridge.Migration.Agent.Mirroring;
using OverlayBridge.Migration.Agent.Publishing;
using OverlayBridge.Migration.Agent.Tasks.Steps;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Tasks.Moving;

/// <summary>The part of a target's agent that others ask.</summary>
internal static class RunningDesk
{
    public static void Start(AgentTools tools, KeyStore store, Background background)
    {
        var absence = new StoreAbsence(TimeProvider.System, NullLogger.Instance);
        var publisher = new KeyPublisher(
            store, absence, BridgeKeys.OfHost(tools.Options.HostName) + "move-answers/", static key => key is BridgeKey.MoveAnswer, TimeSpan.FromMinutes(1), TimeProvider.System);
        var desk = new MoveDesk(tools, publisher);
        background.Run(publisher.RunAsync);
        background.Run(desk.RunAsync);
        background.Run(token => new BridgeMirror(store, absence, NullLogger.Instance).RunAsync(state => desk.Use(state.MoveRequests), static () => { }, token));
    }
}
