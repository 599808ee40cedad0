using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Events;
using Serilog.Formatting.Compact;

namespace OverlayBridge.Hosting;

/// <summary>The service's log: to stderr, quiet unless asked, as lines for people or as JSON for machines.</summary>
public static class ServeLog
{
    private const string VerboseName = "--verbose";
    private const string FormatName = "--log-format";
    private const string Template = "{Timestamp:yyyy-MM-ddTHH:mm:ss.fffzzz} {Level:u3} {SourceContext}: {Message:lj}{NewLine}{Exception}";

    public static IReadOnlyList<Option> Options
    {
        get
        {
            var format = new Option<string>(FormatName)
            {
                Description = "Form of the log on stderr: text, or json (one compact object a line)",
                DefaultValueFactory = _ => "text",
            };
            format.AcceptOnlyFromAmong("text", "json");
            return [new Option<bool>(VerboseName) { Description = "Log what the service does, not only what is wrong" }, format];
        }
    }

    public static ILoggerFactory Create(ParseResult parse)
    {
        var configuration = new LoggerConfiguration()
            .MinimumLevel.Is(parse.GetValue<bool>(VerboseName) ? LogEventLevel.Information : LogEventLevel.Warning)
            // A member that is away would be a warning with a stack trace at every heartbeat; requests are no news either.
            .MinimumLevel.Override("DotNext", LogEventLevel.Error)
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            // What the host cannot start or has to stop for ends the command, which says so in three lines.
            .MinimumLevel.Override("Microsoft.Extensions.Hosting", LogEventLevel.Fatal)
            .Enrich.FromLogContext();
        configuration = parse.GetValue<string>(FormatName) == "json"
            ? configuration.WriteTo.Console(new CompactJsonFormatter(), standardErrorFromLevel: LogEventLevel.Verbose)
            : configuration.WriteTo.Console(
                outputTemplate: Template, formatProvider: CultureInfo.InvariantCulture, standardErrorFromLevel: LogEventLevel.Verbose);
        return LoggerFactory.Create(logging => logging
            .SetMinimumLevel(Microsoft.Extensions.Logging.LogLevel.Information)
            // As soon as this logger could say anything, at any level, each request is made an activity with an id of its own.
            .AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", Microsoft.Extensions.Logging.LogLevel.None)
            .AddSerilog(configuration.CreateLogger(), dispose: true));
    }
}
