using OverlayBridge.Overlay.Records;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Agent.Tasks.Conversion;

/// <summary>What is written down of a host's conversion, on its disk and, for others to see, in the store.</summary>
internal sealed class HostNotes(ConversionFile file, IConsulClient store, string host)
{
    private bool isRead;
    private ConversionNotes? notes;

    /// <summary>Null while the host is neither converted nor on the way.</summary>
    public ConversionNotes? Current
    {
        get
        {
            if (!isRead)
                (notes, isRead) = (file.Read(), true);
            return notes;
        }
    }

    public void Write(ConversionNotes changed)
    {
        file.Write(changed);
        (notes, isRead) = (changed, true);
    }

    public async Task SaveAsync(ConversionNotes saved, CancellationToken token)
    {
        // The store first: where there is no file, nothing has begun.
        await store.PutAsync(BridgeKeys.Conversion(host), BridgeRecords.Encode(saved.Before), default, token);
        Write(saved);
    }

    public async Task ForgetAsync(CancellationToken token)
    {
        await store.DeleteAsync(BridgeKeys.Conversion(host), null, token);
        file.Delete();
        notes = null;
    }
}
