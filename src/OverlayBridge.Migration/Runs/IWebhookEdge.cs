namespace OverlayBridge.Migration.Runs;

/// <summary>Sends one HTTP request to a webhook.</summary>
public interface IWebhookEdge
{
    /// <summary>POSTs JSON.</summary>
    /// <returns>Empty when the hook took it (a status from 200 to 299), else why not.</returns>
    ValueTask<string> PostAsync(Uri hook, ReadOnlyMemory<byte> json, CancellationToken token);
}
