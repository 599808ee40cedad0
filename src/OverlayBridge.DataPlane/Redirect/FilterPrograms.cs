using System.ComponentModel;
using System.Diagnostics;

namespace OverlayBridge.DataPlane.Redirect;

/// <summary>How a program ended.</summary>
internal sealed record ProgramResult(int ExitCode, string Output, string Error);

/// <summary>Runs the packet filter's programs in a host's network, without a shell.</summary>
/// <param name="folder">Where programs are looked for first; null for the host's usual places alone.</param>
internal sealed class FilterPrograms(HostNetwork network, string? folder = null)
{
    /// <summary>They work in milliseconds; iptables waits for others that hold its lock.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    /// <summary>Services are often started without the administrator's folders in PATH.</summary>
    private static readonly string[] Folders = ["/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/local/bin", "/usr/bin", "/bin"];

    /// <summary>Where a program is; null when the host has none.</summary>
    public string? Find(string name) =>
        (folder is null ? [] : new[] { folder }).Concat(Folders).Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries))
            .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <exception cref="RedirectException">The program is missing, cannot be started or does not end.</exception>
    public async Task<ProgramResult> RunAsync(string name, IReadOnlyList<string> arguments, string? input, CancellationToken token)
    {
        var path = Find(name) ?? throw new RedirectException($"{name} is missing on this host.", "It was not found in PATH or the system's folders.", $"Install {name}.");
        var (program, all) = network.Inside(path, arguments);
        var start = new ProcessStartInfo(program, all) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["LC_ALL"] = "C";
        using var process = Start(start, name);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
        limit.CancelAfter(Limit);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            await WriteAsync(process.StandardInput, input, limit.Token).ConfigureAwait(false);
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            return new ProgramResult(process.ExitCode, await output.ConfigureAwait(false), await error.ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            token.ThrowIfCancellationRequested();
            throw new RedirectException($"{name} did not end within {Limit.TotalSeconds} s.", "Something holds the packet filter's lock, or the kernel hangs.", $"Look for other {name} processes.");
        }
    }

    /// <summary>As <see cref="RunAsync"/>, for what must succeed.</summary>
    /// <exception cref="RedirectException">It does not.</exception>
    public async Task<string> MustAsync(string name, IReadOnlyList<string> arguments, string? input, CancellationToken token)
    {
        var result = await RunAsync(name, arguments, input, token).ConfigureAwait(false);
        return result.ExitCode == 0 ? result.Output : throw Refused(name, arguments, result);
    }

    public static RedirectException Refused(string name, IReadOnlyList<string> arguments, ProgramResult result)
    {
        var said = string.Join(' ', result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Take(3));
        var isForbidden = said.Contains("Operation not permitted", StringComparison.Ordinal) || said.Contains("Permission denied", StringComparison.Ordinal);
        return new RedirectException(
            $"'{name} {string.Join(' ', arguments)}' failed with exit code {result.ExitCode}.",
            said.Length > 0 ? said : "It said nothing.",
            isForbidden ? "Run the agent as root or with CAP_NET_ADMIN." : "See docs/decisions/017 for what kernel and programs must be able to do.");
    }

    private static Process Start(ProcessStartInfo start, string name)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new RedirectException($"{name} cannot be started.", e.Message, $"Check {start.FileName}.", e);
        }
    }

    /// <summary>A program that ends without reading everything says why by itself.</summary>
    private static async Task WriteAsync(StreamWriter input, string? text, CancellationToken token)
    {
        try
        {
            await input.WriteAsync(text.AsMemory(), token).ConfigureAwait(false);
            await input.DisposeAsync().ConfigureAwait(false);
        }
        catch (IOException)
        {
            // Broken pipe: the program's exit code and words tell what it is.
        }
    }
}
