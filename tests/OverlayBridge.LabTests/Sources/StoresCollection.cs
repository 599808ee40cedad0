namespace OverlayBridge.LabTests.Sources;

/// <summary>One lab for all tests of stores.</summary>
[CollectionDefinition(Name)]
public sealed class StoresCollection : ICollectionFixture<StoresLab>
{
    public const string Name = "stores";
}
