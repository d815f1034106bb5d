using Saker.Spl.Commands;

namespace Saker.Spl.Syntax;

/// <summary>Commands joined by pipes. Prints canonically: <c>search a=b | stats count</c>.</summary>
public sealed record Pipeline(IReadOnlyList<ICommand> Commands)
{
    public override string ToString()
    {
        var text = string.Join(" | ", Commands.Select(c => c.ToString()));
        return Commands is [Search, ..] ? text : "| " + text;
    }
}
