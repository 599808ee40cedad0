using OverlayBridge.Legacy.Store;

namespace OverlayBridge.Overlay.Inventories;

/// <summary>An image with all its records decoded: done once, where more than one thing is made of it.</summary>
public sealed class DecodedImage
{
    private DecodedImage(StoreImage image, DecodedStore store) => (Image, Store) = (image, store);

    public StoreImage Image { get; }

    internal DecodedStore Store { get; }

    /// <summary>Never throws on any content.</summary>
    public static DecodedImage Of(StoreImage image) => new(image, DecodedStore.From(image));
}
