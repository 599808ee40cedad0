namespace OverlayBridge.Sources;

/// <summary>How far a read or an import is.</summary>
/// <param name="Step">What is done now, for a person: <c>reading consul://10.0.0.5:8500</c>.</param>
/// <param name="Keys">Keys done so far.</param>
/// <param name="TotalKeys">Of how many, when that is known.</param>
/// <param name="Bytes">Bytes done so far, as transferred (of a gzip file: unpacked).</param>
public sealed record TransferProgress(string Step, long Keys, long? TotalKeys, long Bytes);
