using System.CommandLine;
using OverlayBridge.Benchmarks;
using OverlayBridge.Benchmarks.Gateway;
using OverlayBridge.Benchmarks.Names;
using OverlayBridge.Benchmarks.Overlay;
using OverlayBridge.Benchmarks.Plans;
using OverlayBridge.Benchmarks.Scale;

// Release builds only: dotnet run -c Release --project tests/OverlayBridge.Benchmarks -- COMMAND
var root = new RootCommand("What OverlayBridge costs, and whether it bears what comes from outside")
{
    ScaleCommand.Create(), GenerateCommand.Create(), MeasureCommand.Create(), CodecCommand.Create(), FuzzCommand.Create(),
    GatewayCommand.Create(), LoadCommand.Create(), NamesCommand.Create(), PlanCommand.Create(), StitchCommand.Create(), OverlayCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
