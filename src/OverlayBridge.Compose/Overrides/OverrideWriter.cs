using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace OverlayBridge.Compose.Overrides;

/// <summary>A plan as the YAML that Compose reads.</summary>
public static class OverrideWriter
{
    private static readonly TagName Override = new("!override");

    /// <param name="files">The files that it belongs to, as they are typed behind <c>-f</c>.</param>
    public static string Write(OverridePlan plan, ComposeGeneration generation, IEnumerable<string> files)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        text.WriteLine("# For the time of the transition; made by 'overlaybridge compose override'. Use it behind the files that it was made for:");
        text.WriteLine($"# {(generation == ComposeGeneration.One || plan.IsFormatOne ? "docker-compose" : "docker compose")} {string.Join(' ', files.Select(static file => $"-f {Printable(file)}"))} -f THIS-FILE up -d");
        if (plan.UsesTags)
            text.WriteLine("# !override needs Docker Compose 2.24.4 or later.");
        foreach (var note in plan.Notes)
            text.WriteLine($"# Note: {Printable(note)}");
        var emitter = new Emitter(text);
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        Root(emitter, plan);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return text.ToString().ReplaceLineEndings("\n").TrimEnd('\n') + "\n";
    }

    private static void Root(Emitter emitter, OverridePlan plan)
    {
        if (plan.IsFormatOne)
        {
            Mapping(emitter, plan.Services, service => service.Name, service => Service(emitter, service));
            return;
        }

        emitter.Emit(new MappingStart());
        if (plan.Version is { } version)
        {
            Plain(emitter, "version");
            emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, version, ScalarStyle.DoubleQuoted, isPlainImplicit: false, isQuotedImplicit: true));
        }

        Plain(emitter, "services");
        Mapping(emitter, plan.Services, service => service.Name, service => Service(emitter, service));
        if (!plan.Networks.IsEmpty)
        {
            Plain(emitter, "networks");
            Mapping(emitter, plan.Networks, network => network.Key, network => Network(emitter, network));
        }

        emitter.Emit(new MappingEnd());
    }

    private static void Service(Emitter emitter, ServiceOverride service)
    {
        emitter.Emit(new MappingStart());
        if (!service.Dns.IsEmpty)
        {
            Plain(emitter, "dns");
            List(emitter, service.Dns, service.ReplacesDns);
        }

        if (!service.Places.IsEmpty)
        {
            Plain(emitter, "networks");
            Mapping(emitter, service.Places, place => place.Network, place => Place(emitter, place));
        }

        emitter.Emit(new MappingEnd());
    }

    private static void Place(Emitter emitter, PlaceOverride place)
    {
        emitter.Emit(new MappingStart());
        if (!place.Aliases.IsEmpty)
        {
            Plain(emitter, "aliases");
            List(emitter, place.Aliases, replaces: false);
        }

        Plain(emitter, "ipv4_address");
        Text(emitter, place.Address.ToString());
        emitter.Emit(new MappingEnd());
    }

    private static void Network(Emitter emitter, NetworkOverride network)
    {
        emitter.Emit(Start(network.Replaces));
        Plain(emitter, "external");
        if (network.NameBelow)
            emitter.Emit(new MappingStart());
        else
            Plain(emitter, "true");
        Plain(emitter, "name");
        Text(emitter, network.RealName);
        if (network.NameBelow)
            emitter.Emit(new MappingEnd());
        emitter.Emit(new MappingEnd());
    }

    private static void Mapping<T>(Emitter emitter, IReadOnlyCollection<T> items, Func<T, string> key, Action<T> write)
    {
        emitter.Emit(items.Count == 0 ? new MappingStart(AnchorName.Empty, TagName.Empty, isImplicit: true, MappingStyle.Flow) : new MappingStart());
        foreach (var item in items)
        {
            Text(emitter, key(item));
            write(item);
        }

        emitter.Emit(new MappingEnd());
    }

    private static void List(Emitter emitter, IEnumerable<string> items, bool replaces)
    {
        emitter.Emit(new SequenceStart(AnchorName.Empty, replaces ? Override : TagName.Empty, isImplicit: !replaces, SequenceStyle.Block));
        foreach (var item in items)
            Text(emitter, item);
        emitter.Emit(new SequenceEnd());
    }

    private static MappingStart Start(bool replaces) => new(AnchorName.Empty, replaces ? Override : TagName.Empty, isImplicit: !replaces, MappingStyle.Block);

    /// <summary>A word of ours.</summary>
    private static void Plain(Emitter emitter, string word) => emitter.Emit(new Scalar(word));

    /// <summary>A text from outside: quoted where it would be read as something else, its dollars doubled, for Compose fills variables in.</summary>
    private static void Text(Emitter emitter, string text)
    {
        var isPlain = text.Length > 0 && char.IsAsciiLetter(text[0]) && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') && !ReadsAsOther(text);
        var isAddress = System.Net.IPAddress.TryParse(text, out _) && text.Count(static c => c == '.') == 3;
        emitter.Emit(new Scalar(
            AnchorName.Empty, TagName.Empty, text.Replace("$", "$$", StringComparison.Ordinal), isPlain || isAddress ? ScalarStyle.Plain : ScalarStyle.DoubleQuoted,
            isPlainImplicit: true, isQuotedImplicit: true));
    }

    private static bool ReadsAsOther(string text) =>
        text.ToLowerInvariant() is "true" or "false" or "yes" or "no" or "on" or "off" or "null" or "y" or "n";

    private static string Printable(string text) => string.Concat(text.Select(static c => char.IsControl(c) ? '?' : c));
}
