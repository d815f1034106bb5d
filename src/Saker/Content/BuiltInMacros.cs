using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Content;

/// <summary>Macros that published content calls and does not bring: they come with Splunk's Common Information Model app.</summary>
internal static class BuiltInMacros
{
    public static void AddTo(MacroTable table)
    {
        table.Set(Make("drop_dm_object_name", ["object"], "rename \"$object$.*\" as \"*\""));
    }

    /// <summary>What a detection's filter macro is until someone defines it: it keeps every row.</summary>
    public static Macro EmptyFilter(string name) => Make(name, [], "search *");

    private static Macro Make(string name, IReadOnlyList<string> arguments, string definition) =>
        new(name, arguments, new SourceText($"macro `{name}` (built in)", definition));
}
