namespace OverlayBridge.Migration.Agent.Tasks;

/// <summary>A key of the legacy store that engines write at the same time: it is read and written by compare-and-set until nobody came between the two.</summary>
internal static class ContendedKey
{
    /// <summary>Engines change these keys all the time; so many losses in a row mean that something else is wrong.</summary>
    private const int MostTries = 100;

    /// <param name="attempt">Reads the key and writes it, if need be; false: somebody came between.</param>
    /// <exception cref="StepException">Somebody came between each time.</exception>
    public static async Task WriteAsync(string key, Func<Task<bool>> attempt)
    {
        for (var tries = 0; tries < MostTries; tries++)
            if (await attempt())
                return;
        throw new StepException(
            $"The key {key} changed under {MostTries} attempts to write it.", "Look which engine creates and removes containers all the time, and repeat the step.");
    }
}
