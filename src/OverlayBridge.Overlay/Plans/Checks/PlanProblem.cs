namespace OverlayBridge.Overlay.Plans.Checks;

/// <summary>Something that keeps a plan from being carried out.</summary>
/// <param name="Path">What of the plan it is about, by the keys of a plan file and numbers of items from 0: <c>stages/1/hosts/0</c>.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Cause">The rule that it breaks.</param>
/// <param name="Remedy">What to do about it.</param>
public sealed record PlanProblem(string Path, string Message, string Cause, string Remedy);
