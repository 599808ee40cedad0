using System.Globalization;
using System.Net;
using OverlayBridge.Lab.Engines;

namespace OverlayBridge.LabTests.Shared;

/// <summary>
/// How long after the last change each pair of containers on different hosts talks. Every container asks all others from within, in one command,
/// and notes the kernel's uptime at each first right answer: the many starts of <c>docker exec</c> would else be what is measured.
/// </summary>
internal sealed class PairTimes
{
    /// <summary>What issue and design demand of a pair.</summary>
    private const double DemandedSeconds = 2;

    // One line for each target: its address, the uptime at which the target answered with its name ("never" after the limit), and the questions before.
    private const string Asking = """
        limit=$1; shift
        while [ $# -gt 0 ]; do
          (
            vain=0
            until [ "$(curl -s --max-time 1 http://$1/)" = "$2" ]; do
              read -r now rest </proc/uptime
              [ "${now%.*}" -lt "$limit" ] || { echo "$1 never $vain"; exit; }
              vain=$((vain + 1))
            done
            read -r now rest </proc/uptime
            echo "$1 $now $vain"
          ) &
          shift 2
        done
        wait
        """;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    private readonly List<double> _seconds = [];
    private int _atOnce;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Waits until every pair talks, counted from now, the moment of the last change.</summary>
    public async Task MeasureAsync(IReadOnlyCollection<(LabContainer Container, IPAddress Address)> containers)
    {
        var begun = Uptime();
        await Task.WhenAll(containers.GroupBy(container => container.Container.Host).Select(async host =>
        {
            var others = containers.Where(other => other.Container.Host != host.Key).ToList();
            foreach (var from in host)
                await AskAsync(from.Container, others, begun);
        }));
    }

    /// <summary>All times so far, for people.</summary>
    public override string ToString()
    {
        var sorted = _seconds.Order().ToList();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{sorted.Count} pairs talked after the last change in p50 {At(sorted, 0.5):0.00} s, p99 {At(sorted, 0.99):0.00} s, at most {sorted[^1]:0.00} s, the time of asking included; {_atOnce} answered the first question, {sorted.Count(time => time > DemandedSeconds)} took over {DemandedSeconds:0} s");
    }

    private async Task AskAsync(LabContainer from, IReadOnlyList<(LabContainer Container, IPAddress Address)> others, double begun)
    {
        var limit = ((int)(Uptime() + Limit.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        var result = await from.ExecAsync(Cancel, ["sh", "-c", Asking, "sh", limit, .. others.SelectMany(to => new[] { $"{to.Address}", to.Container.Name })]);
        var answers = result.Success().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')).ToDictionary(words => words[0]);
        foreach (var (container, address) in others)
        {
            Assert.True(
                answers.TryGetValue($"{address}", out var answer) & double.TryParse(answer?[1], NumberStyles.Float, CultureInfo.InvariantCulture, out var at),
                $"{from.Name} on {from.Host.Name} had no answer of {container.Name} ({address}) on {container.Host.Name} within {Limit.TotalSeconds:0} s");
            lock (_seconds)
            {
                _seconds.Add(Math.Max(0, at - begun));
                _atOnce += answer![2] == "0" ? 1 : 0;
            }
        }
    }

    private static double At(List<double> sorted, double part) => sorted[Math.Min((int)(sorted.Count * part), sorted.Count - 1)];

    private static double Uptime() => double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0], CultureInfo.InvariantCulture);
}
