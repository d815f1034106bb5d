using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary>
/// <c>transaction</c>: events that belong together become one row: by the same values of fields, within a span, without a longer pause,
/// between a first and a last event. Adds <c>duration</c>, <c>eventcount</c> and <c>closed_txn</c>.
/// </summary>
public sealed record Transaction(IReadOnlyList<string> Fields) : ICommand, IHasColumns, IHasExpressions
{
    public const string Duration = "duration";
    public const string EventCount = "eventcount";
    public const string Closed = "closed_txn";
    public const string Orphan = "_txn_orphan";
    private const int DefaultMaxEvents = 1000;

    private static readonly string[] FilterNames = ["startswith", "endswith"];

    private static readonly string[] OptionNames =
        ["maxspan", "maxpause", "maxevents", "connected", "unifyends", "keepevicted", "keeporphans", "mvlist", "mvraw", "delim", "nullstr", "maxopentxn", "maxopenevents"];

    public static CommandSpec Spec { get; } = new(
        "transaction",
        "transaction [<field>…] [maxspan=<span>] [maxpause=<span>] [maxevents=<n>] [startswith=<filter>] [endswith=<filter>] [connected=<bool>] [unifyends=<bool>] [keepevicted=<bool>] [keeporphans=<bool>] [mvlist=<bool>|<field>,…] [mvraw=<bool>] [delim=<text>] [nullstr=<text>] [maxopentxn=<n>] [maxopenevents=<n>]",
        "Makes one row of the events that belong together.",
        "transaction user.username maxspan=5m startswith=(verb=create) endswith=eval('responseStatus.code' >= 400)",
        Parse)
    { Options = [.. FilterNames, .. OptionNames] };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public TimeSpanText? MaxSpan { get; init; }

    public TimeSpanText? MaxPause { get; init; }

    public int MaxEvents { get; init; } = DefaultMaxEvents;

    public TransactionFilter? StartsWith { get; init; }

    public TransactionFilter? EndsWith { get; init; }

    public bool Connected { get; init; } = true;

    public bool UnifyEnds { get; init; }

    public bool KeepEvicted { get; init; }

    public bool KeepOrphans { get; init; }

    /// <summary>Whether fields list their values of all events in order, not the different ones sorted.</summary>
    public bool MvList { get; init; }

    /// <summary>The fields that do so, where not all do.</summary>
    public IReadOnlyList<string> MvFields { get; init; } = [];

    public bool MvRaw { get; init; }

    public string? Delimiter { get; init; }

    public string NullText { get; init; } = "NULL";

    public IEnumerable<EvalExpression> Expressions => new[] { StartsWith?.Eval, EndsWith?.Eval }.OfType<EvalExpression>();

    public FieldNeed Needs(FieldNeed output) =>
        output.Without(Duration, EventCount, Closed).With(Fields).With((StartsWith?.FieldsRead ?? []).Concat(EndsWith?.FieldsRead ?? [])).With(EventFields.Time);

    public IEnumerable<string>? Columns(IReadOnlyList<string>? input) => input?.Union(KeepOrphans ? [Duration, EventCount, Closed, Orphan] : [Duration, EventCount, Closed]);

    public Operator Bind(BindContext context) => new TransactionOperator(this, context.Search);

    public override string ToString() =>
        "transaction" + (Fields.Count == 0 ? "" : " " + string.Join(", ", Fields.Select(Quote.Field))) + (MaxSpan is { } span ? $" maxspan={span}" : "") + (MaxPause is { } pause ? $" maxpause={pause}" : "")
        + (MaxEvents == DefaultMaxEvents ? "" : $" maxevents={MaxEvents}") + (StartsWith is null ? "" : $" startswith={StartsWith}") + (EndsWith is null ? "" : $" endswith={EndsWith}")
        + (Connected ? "" : " connected=false") + (UnifyEnds ? " unifyends=true" : "") + (KeepEvicted ? " keepevicted=true" : "") + (KeepOrphans ? " keeporphans=true" : "") + (MvList ? " mvlist=true" : "")
        + (MvFields.Count == 0 ? "" : $" mvlist={Quote.Always(string.Join(",", MvFields))}") + (MvRaw ? " mvraw=true" : "") + (Delimiter is null ? "" : $" delim={Quote.Always(Delimiter)}")
        + (NullText == "NULL" ? "" : $" nullstr={Quote.SearchValue(NullText)}");

    private static Transaction Parse(CommandReader reader)
    {
        var command = new Transaction([]);
        var fields = new List<string>();
        while (!reader.AtEnd)
        {
            if (TryFilter(reader, "startswith", out var filter))
            {
                command = command with { StartsWith = filter };
            }
            else if (TryFilter(reader, "endswith", out filter))
            {
                command = command with { EndsWith = filter };
            }
            else if (reader.TryOption(OptionNames, out var option, out var value))
            {
                command = command.With(option, value);
            }
            else if (reader.TryOption(["name"], out _, out value))
            {
                throw value.Fail("transaction types by name are part of Splunk's settings", "write its options here: maxspan=, maxpause=, startswith=, endswith=");
            }
            else
            {
                reader.RefuseUnknownOption("transaction", Spec.Options);
                fields.Add(reader.ReadName());
                reader.TryTake(',');
            }
        }

        return command with { Fields = fields, Span = reader.Span };
    }

    private static bool TryFilter(CommandReader reader, string name, out TransactionFilter? filter)
    {
        filter = null;
        if (!reader.TryKeyword(name))
        {
            return false;
        }

        reader.Expect('=', $"= after {name}");
        filter = TransactionFilter.Read(reader);
        return true;
    }

    private Transaction With(string option, OptionValue value) => option switch
    {
        "maxspan" => this with { MaxSpan = Bound(value) },
        "maxpause" => this with { MaxPause = Bound(value) },
        "maxevents" => this with { MaxEvents = value.AsInteger(-1) is var most and > 0 ? most : int.MaxValue },
        "connected" => this with { Connected = value.AsBoolean() },
        "unifyends" => this with { UnifyEnds = value.AsBoolean() },
        "keepevicted" => this with { KeepEvicted = value.AsBoolean() },
        "keeporphans" => this with { KeepOrphans = value.AsBoolean() },
        "mvlist" => value.Text.ToLowerInvariant() is "t" or "true" or "1" ? this with { MvList = true }
            : value.Text.ToLowerInvariant() is "f" or "false" or "0" ? this with { MvList = false } : this with { MvFields = value.Text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) },
        "mvraw" => this with { MvRaw = value.AsBoolean() },
        "delim" => this with { Delimiter = value.Text },
        "nullstr" => this with { NullText = value.Text },
        _ => value.AsInteger() >= 0 ? this : this,
    };

    private static TimeSpanText? Bound(OptionValue value) => value.Text.StartsWith('-') ? null : value.AsSpan();
}
