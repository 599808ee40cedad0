using System.CommandLine;
using BenchmarkDotNet.Running;

namespace OverlayBridge.Benchmarks;

/// <summary><c>codec</c>: micro-benchmarks of records and bitmaps, by BenchmarkDotNet.</summary>
internal static class CodecCommand
{
    public static Command Create()
    {
        var arguments = new Argument<string[]>("ARGUMENTS") { Description = "For BenchmarkDotNet, e.g. --filter *Endpoint*" };
        var command = new Command("codec", "Micro-benchmarks of records, bitmaps and reading") { arguments };
        command.SetAction(parse =>
        {
            BenchmarkSwitcher.FromTypes([typeof(RecordBenchmarks), typeof(BitmapBenchmarks)]).Run(["--filter", "*", .. parse.GetValue(arguments) ?? []]);
            return 0;
        });
        return command;
    }
}
