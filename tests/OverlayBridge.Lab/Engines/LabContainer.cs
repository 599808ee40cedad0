using System.Net;
using System.Net.Sockets;
using OverlayBridge.Lab.Nodes;
using OverlayBridge.Lab.Processes;

namespace OverlayBridge.Lab.Engines;

/// <summary>
/// A container of the lab's image. When it was given no command of its own, it answers GET / on port 80 with its host name,
/// which proves at once that TCP gets there, that the answer gets back, and that it was the right container.
/// </summary>
public sealed record LabContainer(LabHost Host, string Id, string Name)
{
    /// <summary>Its IPv4 address on a network.</summary>
    /// <param name="network">The name, or the id, as the container's settings have it.</param>
    public async Task<IPAddress> AddressAsync(string network, CancellationToken cancellationToken)
    {
        var format = $$$"""{{with index .NetworkSettings.Networks "{{{network}}}"}}{{.IPAddress}}{{end}}""";
        var text = await Host.DockerAsync(["inspect", "--format", format, Id], cancellationToken).ConfigureAwait(false);
        return IPAddress.TryParse(text, out var address) ? address : throw new LabException(
            $"{Name} on {Host.Name} has no address on {network}", "it is not running, or not attached to that network",
            "look at docker inspect");
    }

    /// <summary>Its network namespace: a path on this machine, good until the container stops. For <see cref="OpenSocketAsync"/>.</summary>
    public async Task<string> NetworkNamespaceAsync(CancellationToken cancellationToken)
    {
        var key = await Host.DockerAsync(["inspect", "--format", "{{.NetworkSettings.SandboxKey}}", Id], cancellationToken).ConfigureAwait(false);
        // The engine names it by /var/run, a link that would lead to this machine's own /run.
        return $"/proc/{Host.InitPid}/root/run/docker/netns/{Path.GetFileName(key)}";
    }

    /// <summary>
    /// A socket that belongs to a container's network, whichever thread uses it afterwards: what is measured with it has no
    /// start of a program in it.
    /// </summary>
    /// <param name="networkNamespace">As <see cref="NetworkNamespaceAsync"/> gives it.</param>
    public static Task<Socket> OpenSocketAsync(string networkNamespace, SocketType type, ProtocolType protocol) =>
        NetworkNamespace.RunAsync(networkNamespace, () => new Socket(AddressFamily.InterNetwork, type, protocol));

    /// <summary>Runs a command in the container.</summary>
    public Task<ExecResult> ExecAsync(CancellationToken cancellationToken, params IReadOnlyList<string> command) =>
        Host.ExecAsync(["docker", "exec", Id, .. command], cancellationToken);

    /// <summary>Asks another container who it is, by TCP from inside this one. Gives its answer.</summary>
    /// <param name="target">An address, or a name that resolves in this container.</param>
    /// <exception cref="LabException">No answer within two seconds.</exception>
    public async Task<string> AskAsync(string target, CancellationToken cancellationToken)
    {
        var result = await ExecAsync(cancellationToken, "curl", "-sS", "--max-time", "2", $"http://{target}/").ConfigureAwait(false);
        return result.Success();
    }

    public Task RemoveAsync(CancellationToken cancellationToken) =>
        Host.DockerAsync(["rm", "--force", "--volumes", Id], cancellationToken);
}
