namespace OverlayBridge.Reports.Clusters;

/// <summary>What <c>cluster restore</c> changes or changed. Its JSON is a contract: docs/schemas/restore.schema.json.</summary>
/// <param name="State"><c>planned</c> (dry-run) or <c>done</c>.</param>
/// <param name="Index">The store's index when the snapshot was made.</param>
/// <param name="Keys">Keys in the snapshot.</param>
/// <param name="Sessions">Sessions in the snapshot.</param>
/// <param name="Added">Keys that only the snapshot has.</param>
/// <param name="Changed">Keys whose value, flags, lock or indexes differ.</param>
/// <param name="Removed">Keys that only the cluster has.</param>
public sealed record RestoreDocument(
    int FormatVersion, string File, string Target, string State, ulong Index, int Keys, int Sessions, int Added, int Changed, int Removed)
{
    public const int CurrentFormatVersion = 1;

    public const string Planned = "planned";
    public const string Done = "done";
}
