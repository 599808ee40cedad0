using System.CommandLine;

namespace OverlayBridge.Hosting;

/// <summary>The options of <c>serve</c> that no single role has.</summary>
public static class ServeOptions
{
    public const string DataName = "--data";
    public const string RolesName = "--roles";

    /// <summary>As in <c>--roles</c>.</summary>
    public const string Control = "control";

    /// <summary>As in <c>--roles</c>.</summary>
    public const string Agent = "agent";

    /// <summary>Gives a command the options of <c>serve</c>.</summary>
    /// <param name="command">It gets them.</param>
    /// <param name="roles">The names that <c>--roles</c> takes.</param>
    /// <param name="ofRoles">The roles' own options.</param>
    public static void AddTo(Command command, IReadOnlyList<string> roles, IReadOnlyList<Option> ofRoles)
    {
        command.Add(RolesOption(roles));
        var data = new Option<string?>(DataName) { Description = "Folder of the store and of what the agent remembers; made when it is missing", HelpName = "DIR" };
        foreach (var option in ServeLog.Options.Concat(ServeAccess.Options).Append(data).Concat(ofRoles))
            command.Add(option);
    }

    private static Option<string[]> RolesOption(IReadOnlyList<string> roles)
    {
        var known = string.Join(',', roles);
        return new Option<string[]>(RolesName)
        {
            Description = $"What this process is: {known}",
            HelpName = known,
            DefaultValueFactory = _ => [Control],
            CustomParser = result =>
            {
                var names = result.Tokens[^1].Value.Split(',', StringSplitOptions.TrimEntries);
                foreach (var name in names.Where(name => !roles.Contains(name)))
                    result.AddError($"'{name}' is no role: {known}.");
                return names;
            },
        };
    }
}
