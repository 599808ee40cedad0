using System.CommandLine;

namespace OverlayBridge.Terminal;

/// <summary>
/// What a command knows of the process around it: the two streams, whether a person looks at them, and the environment
/// variables. Tests give their own; <see cref="OfProcess"/> is the real one.
/// </summary>
public sealed class Surroundings : InvocationConfiguration
{
    /// <summary>Columns of a report that goes to a file or a pipe.</summary>
    public const int DefaultWidth = 80;

    public Surroundings()
    {
        // Both are ours: exceptions become three lines (ErrorPrinter), signals become cancellation (Program).
        EnableDefaultExceptionHandler = false;
        ProcessTerminationTimeout = null;
    }

    /// <summary>True when <see cref="InvocationConfiguration.Output"/> is a terminal, not a file or a pipe.</summary>
    public bool OutputIsTerminal { get; init; }

    /// <summary>Columns of the terminal; <see cref="DefaultWidth"/> where there is none.</summary>
    public int Width { get; init; } = DefaultWidth;

    /// <summary>Environment variables by name.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The value of an environment variable, or null when it is unset or empty.</summary>
    public string? Variable(string name) =>
        Variables.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    /// <summary>The process's own streams and variables.</summary>
    public static Surroundings OfProcess() => new()
    {
        Output = Console.Out,
        Error = Console.Error,
        OutputIsTerminal = !Console.IsOutputRedirected,
        Width = Console.IsOutputRedirected ? DefaultWidth : Math.Clamp(Console.WindowWidth, DefaultWidth, 200),
        Variables = Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
            .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value ?? ""),
    };
}
