using OverlayBridge.Compose;
using OverlayBridge.Engines;
using OverlayBridge.Migration.Expose;
using OverlayBridge.Migration.Repairs;
using OverlayBridge.Plans;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands;

/// <summary>What the parts of this program throw that a person can mend.</summary>
internal static class KnownErrors
{
    /// <summary>The same as an error for people; null for an exception that is none.</summary>
    public static OperatorException? Of(Exception exception) => exception switch
    {
        ComposeException compose => new OperatorException(compose.Message, compose.Why, compose.Remedy, inner: compose),
        PlanFileException plan => new OperatorException(plan.Message, plan.Cause, plan.Remedy, inner: plan),
        ExposeException expose => new OperatorException(expose.Message, expose.Cause, expose.Remedy, inner: expose),
        RepairException repair => new OperatorException(repair.Message, repair.Cause, repair.Remedy, inner: repair),
        EngineException engine => new OperatorException(engine.Message, engine.Cause, engine.Remedy, inner: engine),
        _ => null,
    };
}
