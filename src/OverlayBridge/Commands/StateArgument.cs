using System.CommandLine;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Sources;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands;

/// <summary>An argument that names a store, with the option that chooses among its keys; and how both are read.</summary>
internal sealed class StateArgument
{
    private readonly Argument<string> _argument;
    private readonly Option<string?> _prefix;
    private readonly AccessOptions _access;

    private StateArgument(Argument<string> argument, Option<string?> prefix, AccessOptions access) =>
        (_argument, _prefix, _access) = (argument, prefix, access);

    /// <summary>Adds a STATE argument to a command; several of one command share <c>--prefix</c> and the options for access.</summary>
    public static StateArgument AddTo(Command command, string name = "STATE", string? description = null)
    {
        var argument = new Argument<string>(name)
        {
            Description = description ?? "A store: consul://HOST:8500, etcd://HOST:2379, zk://HOST:2181, bridge://HOST:8500 (several hosts with commas; @INDEX behind it for an earlier moment), or a dump file",
        };
        command.Add(argument);
        var prefix = command.Options.OfType<Option<string?>>().FirstOrDefault(option => option.Name == "--prefix");
        if (prefix is null)
            command.Add(prefix = new Option<string?>("--prefix")
            {
                Description = "Read the keys that start with PREFIX instead of docker/",
                HelpName = "PREFIX",
            });
        var access = AccessOptions.AddTo(command);
        BridgeAccess.AddTo(command, alone: false);
        return new StateArgument(argument, prefix, access);
    }

    /// <summary>Lets the command run without the argument where it needs none; asking for the store is an error then.</summary>
    public void MakeOptional() => _argument.Arity = ArgumentArity.ZeroOrOne;

    /// <summary>Whether a STATE was given.</summary>
    public bool IsGiven(ParseResult parse) => parse.GetValue(_argument) is not null;

    /// <summary>The STATE taken apart.</summary>
    /// <exception cref="SourceException">It has none of the known forms.</exception>
    public StateUri Uri(ParseResult parse) => StateUri.Parse(parse.GetValue(_argument) ?? throw new OperatorException(
        $"No {_argument.Name} is given.", "The command needs a store to read.", "Give consul://, etcd:// or zk://HOST:PORT, bridge://HOST:8500, or a dump file."));

    /// <summary>Opens the store without reading yet.</summary>
    public IStateSource Open(ParseResult parse) => SourceFactory.Open(Uri(parse), StoreOptions(parse));

    /// <summary>Opens the store for changes by CAS without reading yet.</summary>
    /// <exception cref="SourceException">It is a file, which cannot be changed.</exception>
    public IWritableSource OpenWritable(ParseResult parse) => SourceFactory.OpenWritable(Uri(parse), StoreOptions(parse));

    /// <summary>Reads the store once.</summary>
    /// <exception cref="SourceException">It cannot be reached or is not what it claims to be.</exception>
    public async Task<StoreImage> ReadAsync(ParseResult parse, CancellationToken token)
    {
        CollectorPause.For(CollectorPause.ReadingOnly, Uri(parse));
        using var source = Open(parse);
        return await source.ReadAsync(token).ConfigureAwait(false);
    }

    /// <summary>How any store is opened by a command: environment and progress of the command's own surroundings, and access to bridge:// as asked for.</summary>
    public static SourceOptions Options(ParseResult parse, string? prefix = null)
    {
        var surroundings = CommandOutput.SurroundingsOf(parse);
        return BridgeAccess.Apply(parse, new SourceOptions
        {
            Prefix = prefix,
            Program = $"{ProgramVersion.Product} ({parse.CommandResult.Command.Name})",
            Environment = surroundings.Variable,
            Progress = new TransferLines(CommandOutput.Of(parse), surroundings.Time),
            Time = surroundings.Time,
        });
    }

    /// <summary>The same, with the prefix and the means of access that were asked for.</summary>
    public SourceOptions StoreOptions(ParseResult parse) => _access.Apply(parse, Options(parse, parse.GetValue(_prefix)));
}
