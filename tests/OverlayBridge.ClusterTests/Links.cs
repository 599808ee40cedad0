using OverlayBridge.Lab.Nodes;

namespace OverlayBridge.ClusterTests;

/// <summary>Cuts machines off from each other, one direction at a time: what is sent there is lost silently.</summary>
internal static class Links
{
    /// <summary>Packets of one machine no longer arrive at another.</summary>
    public static async Task CutAsync(LabNode from, LabNode to, CancellationToken cancellationToken) =>
        (await to.ExecAsync(["iptables", "-w", "-I", "INPUT", "-s", $"{from.Address}", "-j", "DROP"], cancellationToken)).Success();

    /// <summary>Everything arrives at the machine again.</summary>
    public static async Task HealAsync(LabNode machine, CancellationToken cancellationToken) =>
        (await machine.ExecAsync(["iptables", "-w", "-F", "INPUT"], cancellationToken)).Success();

    /// <summary>What the machine sends leaves it no faster than so.</summary>
    /// <param name="rate">As tc says it.</param>
    public static async Task SlowAsync(LabNode machine, string rate, CancellationToken cancellationToken) =>
        (await machine.ExecAsync(["tc", "qdisc", "add", "dev", "eth0", "root", "tbf", "rate", rate, "burst", "256kb", "latency", "500ms"], cancellationToken)).Success();

    /// <summary>Undoes <see cref="SlowAsync"/>.</summary>
    public static async Task FastAsync(LabNode machine, CancellationToken cancellationToken) =>
        (await machine.ExecAsync(["tc", "qdisc", "del", "dev", "eth0", "root"], cancellationToken)).Success();
}
