using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary>How <c>cluster</c> compares texts.</summary>
public enum ClusterMatch
{
    TermList,
    TermSet,
    NgramSet,
}

/// <summary>
/// <c>cluster</c>: rows with like texts together: the first of each cluster, or with <c>labelonly</c> every row with its cluster's number.
/// A row joins the first cluster whose first row is like it by at least <c>t</c>; the same input always gives the same clusters.
/// </summary>
public sealed record Cluster(double Threshold, string Field, ClusterMatch Match) : ICommand, IHasColumns
{
    public static CommandSpec Spec { get; } = new(
        "cluster",
        "cluster [t=<0..1>] [field=<field>] [match=termlist|termset|ngramset] [delims=<characters>] [showcount=<bool>] [countfield=<field>] [labelfield=<field>] [labelonly=<bool>]",
        "Groups rows with like texts.",
        "cluster t=0.7 field=requestURI showcount=true | sort -cluster_count",
        Parse)
    { Options = ["t", "field", "match", "delims", "showcount", "countfield", "labelfield", "labelonly"] };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    /// <summary>The characters between words; anything but letters, digits and _ if empty.</summary>
    public string Delimiters { get; init; } = "";

    public bool ShowCount { get; init; }

    public string CountField { get; init; } = "cluster_count";

    public string LabelField { get; init; } = "cluster_label";

    public bool LabelOnly { get; init; }

    public FieldNeed Needs(FieldNeed output) => output.Without(LabelField, CountField).With(Field);

    public IEnumerable<string>? Columns(IReadOnlyList<string>? input) => input?.Union(ShowCount ? [LabelField, CountField] : [LabelField]);

    public Operator Bind(BindContext context) => new ClusterOperator(this, context.Search);

    public override string ToString() =>
        "cluster" + (Threshold == 0.8 ? "" : $" t={Value.FormatNumber(Threshold)}") + (Field == EventFields.Raw ? "" : $" field={Quote.Field(Field)}")
        + (Match == ClusterMatch.TermList ? "" : $" match={Match.ToString().ToLowerInvariant()}") + (Delimiters.Length == 0 ? "" : $" delims={Quote.Always(Delimiters)}") + (ShowCount ? " showcount=true" : "")
        + (CountField == "cluster_count" ? "" : $" countfield={Quote.Field(CountField)}") + (LabelField == "cluster_label" ? "" : $" labelfield={Quote.Field(LabelField)}") + (LabelOnly ? " labelonly=true" : "");

    private static Cluster Parse(CommandReader reader)
    {
        var command = new Cluster(0.8, EventFields.Raw, ClusterMatch.TermList);
        while (reader.TryOption(Spec.Options, out var option, out var value))
        {
            command = option switch
            {
                "t" => command with { Threshold = double.TryParse(value.Text, System.Globalization.CultureInfo.InvariantCulture, out var t) && t is > 0 and < 1 ? t : throw value.Fail("expected a number between 0 and 1") },
                "field" => command with { Field = value.Text },
                "match" => command with { Match = Enum.TryParse<ClusterMatch>(value.Text, ignoreCase: true, out var match) ? match : throw value.Fail("expected termlist, termset or ngramset") },
                "delims" => command with { Delimiters = value.Text },
                "showcount" => command with { ShowCount = value.AsBoolean() },
                "countfield" => command with { CountField = value.Text },
                "labelfield" => command with { LabelField = value.Text },
                _ => command with { LabelOnly = value.AsBoolean() },
            };
        }

        reader.RefuseUnknownOption("cluster", Spec.Options);
        reader.ExpectEnd("cluster");
        return command with { Span = reader.Span };
    }
}

internal sealed class ClusterOperator(Cluster command, SearchContext context) : Operator
{
    private readonly List<(string[] Terms, Row First)> clusters = [];
    private readonly List<long> counts = [];
    private readonly List<EvidenceBuilder> evidence = [];

    public override RowStream Run(RowStream input)
    {
        string[] added = [command.LabelField, .. command.ShowCount ? [command.CountField] : Array.Empty<string>()];
        return new RowStream(input.Columns.With(added), Group(input.Rows));
    }

    private IEnumerable<Row> Group(IEnumerable<Row> rows)
    {
        var (field, label, count) = (context.Fields.Slot(command.Field), context.Fields.Slot(command.LabelField), context.Fields.Slot(command.CountField));
        var labelled = new List<(Row Row, int Cluster)>();
        foreach (var row in rows.Hold(context, "cluster"))
        {
            context.Cancellation.ThrowIfCancellationRequested();
            if (!row[field].IsNull)
            {
                labelled.Add((row, Assign(row, Terms(row[field].Text))));
            }
        }

        if (!command.LabelOnly)
        {
            labelled = [.. clusters.Select((c, i) => (c.First, i))];
        }

        foreach (var (row, cluster) in labelled)
        {
            row[label] = Value.Of(cluster + 1);
            if (command.ShowCount)
            {
                row[count] = Value.Of(counts[cluster]);
            }

            row.Evidence = command.LabelOnly ? row.Evidence : evidence[cluster].Build();
            yield return row;
        }
    }

    private int Assign(Row row, string[] terms)
    {
        var at = clusters.FindIndex(c => Likeness(c.Terms, terms) >= command.Threshold);
        if (at < 0)
        {
            at = clusters.Count;
            clusters.Add((terms, row));
            counts.Add(0);
            evidence.Add(default);
            context.Memory.Take(terms.Sum(t => 40 + (2L * t.Length)), "cluster");
        }

        counts[at]++;
        var builder = evidence[at];
        builder.Add(row.Evidence);
        evidence[at] = builder;
        return at;
    }

    private string[] Terms(string text)
    {
        if (command.Match == ClusterMatch.NgramSet)
        {
            return text.Length <= 3 ? [text] : [.. Enumerable.Range(0, text.Length - 2).Select(i => text.Substring(i, 3)).Distinct().Order(StringComparer.Ordinal)];
        }

        var terms = command.Delimiters.Length > 0
            ? text.Split(command.Delimiters.ToCharArray(), StringSplitOptions.RemoveEmptyEntries)
            : new string([.. text.Select(c => char.IsLetterOrDigit(c) || c == '_' ? c : ' ')]).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return command.Match == ClusterMatch.TermList ? terms : [.. terms.Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>The share of terms in common: at the same places for lists, of all terms of both for sets.</summary>
    private double Likeness(string[] a, string[] b)
    {
        if (a.Length == 0 || b.Length == 0)
        {
            return a.Length == b.Length ? 1 : 0;
        }

        if (command.Match == ClusterMatch.TermList)
        {
            return (double)a.Zip(b).Count(p => p.First == p.Second) / Math.Max(a.Length, b.Length);
        }

        var common = 0;
        for (int i = 0, j = 0; i < a.Length && j < b.Length;)
        {
            var order = string.CompareOrdinal(a[i], b[j]);
            common += order == 0 ? 1 : 0;
            i += order <= 0 ? 1 : 0;
            j += order >= 0 ? 1 : 0;
        }

        return (double)common / (a.Length + b.Length - common);
    }
}
