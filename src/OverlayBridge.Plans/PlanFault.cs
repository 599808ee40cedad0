using OverlayBridge.Yaml;

namespace OverlayBridge.Plans;

/// <summary>Something wrong in a plan file.</summary>
/// <param name="At">Where.</param>
/// <param name="Message">What is wrong, without the place.</param>
/// <param name="Cause">The rule that it breaks.</param>
/// <param name="Remedy">What to do about it.</param>
public sealed record PlanFault(SourceLocation At, string Message, string Cause, string Remedy);
