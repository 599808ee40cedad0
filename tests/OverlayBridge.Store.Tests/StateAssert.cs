using OverlayBridge.Store.State;

namespace OverlayBridge.Store;

internal static class StateAssert
{
    /// <summary>Equal in everything that a client or a later command can notice.</summary>
    public static void Equal(StoreState expected, StoreState actual)
    {
        Assert.Equal(expected.Entries.All(), actual.Entries.All());
        Assert.Equal(expected.Tombstones.All(), actual.Tombstones.All());
        Assert.Equal(expected.Floors.All(), actual.Floors.All());
        Assert.Equal(expected.Sessions.Values, actual.Sessions.Values);
        Assert.Equal(expected.Mode, actual.Mode);
        Assert.Equal(
            (expected.Index, expected.KeyIndex, expected.SessionIndex),
            (actual.Index, actual.KeyIndex, actual.SessionIndex));
    }
}
