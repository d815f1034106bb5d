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

/// <summary>Holds pipelines of its own, in brackets. They are planned once, with the search, and bound as <see cref="BindContext.Inner"/>.</summary>
public interface IHoldsPipelines
{
    IEnumerable<Syntax.Pipeline> Pipelines { get; }

    /// <summary>Whether they take the command's own input (<c>appendpipe</c>) and read no events.</summary>
    bool FeedsPipelines => false;

    /// <summary>The columns that the command wants of them, when its own output should have those given.</summary>
    FieldNeed NeedsOfPipelines(FieldNeed output) => FieldNeed.All;
}

/// <summary>Puts its rows in an order of its own, so that the order of its input shows at most in the ways that it tells.</summary>
public interface IForgetsOrder
{
    /// <summary>Null if rows in any order give the same result; else what depends on it.</summary>
    string? WhyOrdered { get; }
}

/// <summary>Reads or writes a lookup, so that a name that there is no lookup for can be told before the search runs.</summary>
public interface IUsesLookup
{
    LookupReference Lookup { get; }

    /// <summary>Whether it makes the lookup if there is none.</summary>
    bool CreatesLookup { get; }
}

/// <summary>Computes with eval expressions.</summary>
public interface IHasExpressions
{
    IEnumerable<Syntax.EvalExpression> Expressions { get; }

    /// <summary>The lookups that <c>lookup()</c> names in them.</summary>
    IEnumerable<LookupReference> NamedLookups => Expressions.SelectMany(Functions.LookupFunction.References);
}

/// <summary>A lookup's name as a search has it, and the mistake to report if there is none.</summary>
public sealed record LookupReference(string Name)
{
    public required Text.Diagnostic Missing { get; init; }

    /// <summary>The name as part of a text that was read on its own, with the place of that text.</summary>
    internal LookupReference At(Syntax.CommandReader reader, Text.SourceSpan span) => this with { Missing = reader.Source.Diagnose(Missing.Code, Missing.Message, span) };

    public bool Equals(LookupReference? other) => other?.Name == Name;

    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);
}

/// <summary>What a command is bound with: the run, and what the commands after it read.</summary>
public sealed record BindContext(SearchContext Search, FieldNeed Output)
{
    /// <summary>The plans of the command's own pipelines, in their order.</summary>
    public IReadOnlyList<SearchPlan> Inner { get; init; } = [];

    /// <summary>The request that the plan tells of for this command, if it reads events of its own.</summary>
    public SourceRequest? Planned { get; init; }

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

    /// <summary>Whether it takes a search in brackets.</summary>
    public bool TakesSubsearch { get; init; }

    /// <summary>Where it does otherwise than Splunk, a sentence each.</summary>
    public IReadOnlyList<string> Differences { get; init; } = [];

    /// <summary>The options' names, without <c>=</c>.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];
}
