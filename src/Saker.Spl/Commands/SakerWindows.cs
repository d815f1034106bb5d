using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary><c>saker windows</c>: the ledger of a server, a row a window, the latest run first. No command of Splunk's; the same as <c>search index=_saker sourcetype=saker:window</c> with its columns in order.</summary>
public sealed record SakerWindows : ICommand, IGenerates, IHasColumns
{
    /// <summary>The index, and the sourcetype, under which the ledger is read.</summary>
    public const string Index = "_saker";

    public const string Sourcetype = "saker:window";

    /// <summary>What a row of the ledger says, after the time of its run.</summary>
    public static readonly IReadOnlyList<string> LedgerColumns =
    [
        "detection", "state", "matched", "rows", "written", "withdrawn", "suppressed", "late", "evaluations", "failures", "duration_seconds", "error", "scheduled_time", "earliest", "latest",
        "evaluated_at", "detection_id",
    ];

    private static readonly string[] Lists = ["windows"];

    public static CommandSpec Spec { get; } = new(
        "saker", "saker windows", "Reads the ledger of a server: each window of each detection, what it matched and told, how long it took, why it failed.", "| saker windows | search state=failed | stats count latest(error) BY detection", Parse)
    {
        Differences = ["Splunk has no such command."],
    };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public bool MustBeFirst => true;

    public SourceRequest Request(FieldNeed output) => new(
        new SearchAnd([new SearchComparison(EventFields.Index, ComparisonOperator.Equal, Index), new SearchComparison(EventFields.Sourcetype, ComparisonOperator.Equal, Sourcetype)]),
        FieldNeed.Of([EventFields.Time, EventFields.Index, EventFields.Sourcetype, .. LedgerColumns]), IsMetrics: false);

    /// <summary>Whether a search reads the ledger by this command, in a pipeline of its own or in brackets.</summary>
    public static bool IsIn(SearchPlan plan) => plan.Pipeline.Commands.OfType<SakerWindows>().Any() || plan.Inner.Any(IsIn);

    public FieldNeed Needs(FieldNeed output) => FieldNeed.None;

    public IEnumerable<string> Columns(IReadOnlyList<string>? input) => LedgerColumns.Prepend(EventFields.Time);

    public Operator Bind(BindContext context) => new SakerWindowsOperator(this, context);

    public override string ToString() => "saker windows";

    private static SakerWindows Parse(CommandReader reader)
    {
        reader.SkipSpace();
        var (start, list) = (reader.Position, reader.AtEnd ? "" : reader.ReadName("windows"));
        if (list != "windows")
        {
            throw reader.Fail("SPL0102", "expected windows", SourceSpan.Between(start, reader.Position), Suggestion.Nearest(list, Lists) is { } near ? $"did you mean `{near}`?" : null);
        }

        reader.ExpectEnd("saker");
        return new SakerWindows { Span = reader.Span };
    }
}

internal sealed class SakerWindowsOperator(SakerWindows command, BindContext context) : Operator
{
    public override RowStream Run(RowStream input) => new(new ColumnSet(false, command.Columns(null)), HeldRows.Deferred(() => EventRows.ReadNewestFirst(context.Planned!, context.Search)));
}
