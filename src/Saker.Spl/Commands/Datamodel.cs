using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary><c>datamodel</c>: the events of a data set with its fields, named with the data set's prefix (<c>search</c>) or without (<c>flat</c>).</summary>
public sealed record Datamodel(DatasetReference Source, bool IsFlat) : ICommand, IGenerates
{
    private static readonly string[] OptionNames = ["strict_fields", "allow_old_summaries", "summariesonly"];

    public static CommandSpec Spec { get; } = new(
        "datamodel",
        "datamodel <model> <dataset> search|flat [strict_fields=<bool>] [allow_old_summaries=<bool>] [summariesonly=<bool>]",
        "Reads the events of a data model.",
        "| datamodel Web Web search | search Web.status=404",
        Parse)
    { Options = OptionNames };

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public bool MustBeFirst => true;

    internal string Prefix => IsFlat ? "" : Source.Dataset!.Prefix(Source.Model);

    public SourceRequest Request(FieldNeed output) => new(Source.Constraint, FieldNeed.All, IsMetrics: false);

    public FieldNeed Needs(FieldNeed output) => FieldNeed.None;

    public Operator Bind(BindContext context) => new DatamodelOperator(this, context);

    public override string ToString() => $"datamodel {Source.Model.Name} {Source.Dataset!.Name} {(IsFlat ? "flat" : "search")}";

    private static Datamodel Parse(CommandReader reader)
    {
        var start = reader.Position;
        if (reader.AtEnd)
        {
            throw Unlisted(reader);
        }

        var source = DatasetReference.Read(reader);
        if (reader.AtEnd)
        {
            throw Unlisted(reader);
        }

        if (source.Dataset is null)
        {
            var at = reader.Position;
            var name = reader.ReadName("a data set");
            source = source with { Dataset = DatasetReference.FindDataset(reader, source.Model, name.Split('.')[^1], SourceSpan.Between(at, reader.Position)) };
        }

        var isFlat = reader.TryKeyword("flat");
        if (!isFlat && !reader.TryKeyword("search"))
        {
            throw reader.Error("SPL0168", "datamodel can search a data set, not print its definition", "write datamodel <model> <dataset> search, or flat");
        }

        while (reader.TryOption(OptionNames, out _, out var value))
        {
            value.AsBoolean();
        }

        reader.ExpectEnd("datamodel");
        return new Datamodel(source, isFlat) { Span = SourceSpan.Between(Math.Min(start, reader.Span.Start), reader.Span.End) };
    }

    private static SplException Unlisted(CommandReader reader) =>
        reader.Error("SPL0168", "datamodel can search a data set, not print its definition", "write datamodel <model> <dataset> search, or flat");
}

internal sealed class DatamodelOperator(Datamodel command, BindContext context) : Operator
{
    public override RowStream Run(RowStream input)
    {
        var names = new HashSet<string>();
        for (var dataset = command.Source.Dataset; dataset is not null; dataset = dataset.Parent is null ? null : command.Source.Model.Find(dataset.Parent))
        {
            names.UnionWith(dataset.Fields.Keys);
        }

        var wanted = context.Output.IsAll ? names.Select(n => command.Prefix + n) : context.Output.Names.Where(n => n.StartsWith(command.Prefix, StringComparison.Ordinal));
        var columns = new DatasetRows(
            wanted.Select(n => (n, command.Source.Dataset!.Field(n[command.Prefix.Length..], command.Source.Model))).ToList(), context.Search);
        return new RowStream(new ColumnSet(true, []), EventRows.ReadNewestFirst(command.Request(context.Output) with { PlannedAs = context.Planned?.PlannedAs ?? context.Planned }, context.Search).Select(row =>
        {
            columns.Fill(row);
            return row;
        }));
    }
}
