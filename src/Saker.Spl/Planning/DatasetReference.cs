using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Planning;

/// <summary>A model, and a data set of it where one is named: <c>Endpoint.Processes</c>.</summary>
public sealed record DatasetReference(DataModel Model, Dataset? Dataset)
{
    /// <summary>What the events fulfil; of a model without a data set, one of its roots.</summary>
    public SearchExpression Constraint
    {
        get
        {
            if (Dataset is not null)
            {
                return Dataset.FullConstraint(Model);
            }

            var roots = Model.Datasets.Where(d => d.Parent is null).Select(d => d.Constraint).ToList();
            return roots.Count == 1 ? roots[0] : new SearchOr(roots);
        }
    }

    /// <summary>Reads <c>Model</c>, <c>Model.Dataset</c> or <c>Model.Parent.Dataset</c>.</summary>
    public static DatasetReference Read(CommandReader reader)
    {
        reader.SkipSpace();
        var start = reader.Position;
        var text = reader.ReadName("a data model such as Endpoint.Processes");
        var parts = text.Split('.');
        var span = SourceSpan.Between(start, reader.Position);
        var model = DataModels.Find(parts[0])
            ?? throw reader.Fail("SPL0164", $"there is no data model `{parts[0]}`", span, Hint(parts[0], DataModels.Names));
        return new DatasetReference(model, parts.Length == 1 ? null : FindDataset(reader, model, parts[^1], span));
    }

    public override string ToString() => Dataset is null ? Model.Name : $"{Model.Name}.{Dataset.Name}";

    internal static Dataset FindDataset(CommandReader reader, DataModel model, string name, SourceSpan span) =>
        model.Find(name) ?? throw reader.Fail("SPL0165", $"the data model {model.Name} has no data set `{name}`", span, Hint(name, model.Datasets.Select(d => d.Name)));

    private static string Hint(string word, IEnumerable<string> known)
    {
        var all = known.ToList();
        return Suggestion.Nearest(word, all) is { } near ? $"did you mean `{near}`?" : $"it is one of {string.Join(", ", all)}";
    }
}
