using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary><c>from</c>: the rows of a data set: <c>datamodel:Web.Web</c> as <c>datamodel … flat</c>, <c>lookup:name</c> as <c>inputlookup</c>.</summary>
public static class From
{
    private static readonly string[] Kinds = ["datamodel", "lookup", "inputlookup", "savedsearch"];

    public static CommandSpec Spec { get; } = new(
        "from", "from datamodel:<model>.<dataset>|lookup:<name>", "Reads the rows of a data set.", "| from datamodel:Authentication.Authentication | search action=failure", Parse);

    /// <summary>Whether a data set such as <c>lookup:name</c> comes next.</summary>
    internal static bool IsNext(CommandReader reader)
    {
        reader.SkipSpace();
        return Array.Exists(Kinds, kind => string.Compare(reader.Text, reader.Position, kind + ":", 0, kind.Length + 1, StringComparison.OrdinalIgnoreCase) == 0);
    }

    /// <summary>Reads <c>kind:name</c>, <c>kind name</c>, <c>kind:"name"</c> and gives the command that reads it.</summary>
    public static ICommand ReadDataset(CommandReader reader)
    {
        reader.SkipSpace();
        var start = reader.Position;
        var end = start;
        while (end < reader.End && char.IsAsciiLetter(reader.Text[end]))
        {
            end++;
        }

        var kind = reader.Text[start..end].ToLowerInvariant();
        if (!Kinds.Contains(kind))
        {
            throw reader.Error("SPL0169", "expected datamodel:<model>.<dataset> or lookup:<name>", Suggestion.Nearest(kind, Kinds) is { } near ? $"did you mean `{near}`?" : null);
        }

        if (kind == "savedsearch")
        {
            throw reader.Fail("SPL0169", "from savedsearch: is not supported", SourceSpan.Between(start, end), "write the search itself, or a macro that holds it");
        }

        reader.Seek(end);
        reader.TryTake(':');
        var at = reader.Position;
        if (kind == "datamodel")
        {
            var source = DatasetReference.Read(reader);
            source = source.Dataset is not null ? source : source with { Dataset = Only(reader, source.Model, SourceSpan.Between(at, reader.Position)) };
            return new Datamodel(source, IsFlat: true) { Span = reader.Span };
        }

        return new Inputlookup(LookupName.Read(reader), new SearchAll(), false, 0, 0) { Span = reader.Span };
    }

    private static Dataset Only(CommandReader reader, DataModel model, SourceSpan span)
    {
        var roots = model.Datasets.Where(d => d.Parent is null).ToList();
        return roots.Count == 1 ? roots[0] : throw reader.Fail("SPL0165", $"the data model {model.Name} has several data sets", span, $"name one of {string.Join(", ", roots.Select(r => r.Name))}");
    }

    private static ICommand Parse(CommandReader reader)
    {
        var command = ReadDataset(reader);
        reader.ExpectEnd("from");
        return command;
    }
}
