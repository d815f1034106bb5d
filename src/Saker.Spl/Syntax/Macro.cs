using Saker.Spl.Text;

namespace Saker.Spl.Syntax;

/// <summary>A search macro: a name, argument names and a definition that replaces <c>`name(…)`</c> as text before parsing.</summary>
/// <param name="Name">Without the arity: <c>kube_audit</c>.</param>
/// <param name="Arguments">Names that stand as <c>$name$</c> in the definition.</param>
/// <param name="Definition">The text, with its place.</param>
/// <param name="IsEval">Whether the definition is an eval expression whose text result is the expansion (<c>iseval = 1</c>).</param>
public sealed record Macro(string Name, IReadOnlyList<string> Arguments, SourceText Definition, bool IsEval = false);

/// <summary>Finds macros by name and number of arguments.</summary>
public sealed class MacroTable
{
    private readonly Dictionary<(string Name, int Arity), Macro> macros = [];

    public IEnumerable<Macro> All => macros.Values;

    /// <summary>Adds a macro; one of the same name and arity that was there is replaced.</summary>
    public void Set(Macro macro) => macros[(macro.Name, macro.Arguments.Count)] = macro;

    public Macro? Find(string name, int arity) => macros.GetValueOrDefault((name, arity));

    /// <summary>The numbers of arguments for which a macro of this name exists, ascending.</summary>
    public IReadOnlyList<int> Arities(string name) => [.. macros.Keys.Where(k => k.Name == name).Select(k => k.Arity).Order()];

    public MacroTable Clone()
    {
        var copy = new MacroTable();
        foreach (var macro in macros.Values)
        {
            copy.Set(macro);
        }

        return copy;
    }
}
