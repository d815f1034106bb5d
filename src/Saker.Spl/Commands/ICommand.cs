using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary>
/// A command as parsed. <c>ToString()</c> prints it canonically; printing and parsing again gives the same command.
/// What else a command can do it says by the interfaces below.
/// </summary>
public interface ICommand
{
    CommandSpec Spec { get; }

    /// <summary>Its place in the expanded search.</summary>
    SourceSpan Span { get; }

    /// <summary>The fields it needs of its input so that its output has those asked for.</summary>
    FieldNeed Needs(FieldNeed output);

    /// <summary>Makes the operator that runs it.</summary>
    Operator Bind(BindContext context);
}

/// <summary>Handles each row on its own, whatever comes before or after it: such commands at the start of a search are its head.</summary>
public interface IRowWise;

/// <summary>Only lets rows through or not; the expression can be asked of events before rows are made of them.</summary>
public interface IFilters : IRowWise
{
    Syntax.SearchExpression Expression { get; }
}

/// <summary>Gives rows without any input.</summary>
public interface IGenerates
{
    /// <summary>Whether it is refused anywhere but at the start.</summary>
    bool MustBeFirst { get; }

    /// <summary>The events it reads, if it reads any.</summary>
    SourceRequest? Request(FieldNeed output);
}

/// <summary>
/// Says whether rows, once there, stay when more events come: then a window may be told before it closes. Returns null if so,
/// else the reason why not.
/// </summary>
public interface IGrowsOnly
{
    string? WhyNot(GrowthState state);
}

/// <summary>Knows its output's columns without running; null where they depend on the events.</summary>
public interface IHasColumns
{
    IEnumerable<string>? Columns(IReadOnlyList<string>? input);
}

/// <summary>Holds pipelines of its own, in brackets.</summary>
public interface IHoldsPipelines
{
    IEnumerable<Syntax.Pipeline> Pipelines { get; }
}

/// <summary>What a command is bound with: the run, and what the commands after it read.</summary>
public sealed record BindContext(SearchContext Search, FieldNeed Output)
{
    /// <summary>The slot of a field name.</summary>
    public int Slot(string name) => Search.Fields.Slot(name);
}

/// <summary>Turns rows into rows.</summary>
public abstract class Operator
{
    public abstract RowStream Run(RowStream input);
}

/// <summary>A command's entry in the table: what help, docs, completion and the checker know of it.</summary>
/// <param name="Name">Splunk's name, lower case.</param>
/// <param name="Synopsis">Its form: <c>head [&lt;count&gt;]</c>.</param>
/// <param name="Summary">One sentence.</param>
/// <param name="Example">A search that uses it.</param>
/// <param name="Parse">Reads what follows the name.</param>
public sealed record CommandSpec(string Name, string Synopsis, string Summary, string Example, Func<Syntax.CommandReader, ICommand> Parse)
{
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>The options' names, without <c>=</c>.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];
}
