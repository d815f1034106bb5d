using Saker.Spl.Commands;
using Saker.Spl.Syntax;

namespace Saker.Spl.Planning;

/// <summary>A data model: data sets, of which some are part of others.</summary>
public sealed record DataModel(string Name, IReadOnlyList<Dataset> Datasets)
{
    public Dataset? Find(string dataset) => Datasets.FirstOrDefault(d => d.Name.Equals(dataset, StringComparison.OrdinalIgnoreCase));

    /// <summary>The field that a name such as <c>All_Changes.Account_Management.src_user</c> means; null if it does not begin with a data set.</summary>
    public DatasetField? FindField(string name)
    {
        Dataset? deepest = null;
        var rest = name;
        for (var dot = rest.IndexOf('.'); dot > 0 && Find(rest[..dot]) is { } dataset; dot = rest.IndexOf('.'))
        {
            deepest = dataset;
            rest = rest[(dot + 1)..];
        }

        return deepest is null ? null : deepest.Field(rest, this);
    }
}

/// <summary>Events that fulfil a search (and that of the data set they are part of), and where their fields come from.</summary>
public sealed record Dataset(string Name, string? Parent, SearchExpression Constraint, IReadOnlyDictionary<string, DatasetField> Fields)
{
    /// <summary>What all its events fulfil.</summary>
    public SearchExpression FullConstraint(DataModel model) => Parent is null ? Constraint : model.Find(Parent)!.FullConstraint(model).And(Constraint);

    /// <summary>The prefix of its fields in the model: <c>All_Changes.Account_Management.</c></summary>
    public string Prefix(DataModel model) => (Parent is null ? "" : model.Find(Parent)!.Prefix(model)) + Name + ".";

    /// <summary>A field by its name without prefix: its own, its parents', or else the event's field of that name.</summary>
    public DatasetField Field(string name, DataModel model) =>
        Fields.TryGetValue(name, out var field) ? field : Parent is null ? new DatasetField(name, [name], null, HasDefault: false) : model.Find(Parent)!.Field(name, model);
}

/// <summary>Where a data set's field comes from: the first event field that is there, or an expression; else <c>unknown</c> or nothing.</summary>
public sealed record DatasetField(string Name, IReadOnlyList<string> Sources, EvalExpression? Expression, bool HasDefault)
{
    public const string Default = "unknown";

    public IEnumerable<string> FieldsRead => Expression?.FieldsRead() ?? Sources;
}

/// <summary>Reads the table of data models.</summary>
internal static class DataModelReader
{
    public static IEnumerable<DataModel> Read(string table)
    {
        string? model = null;
        var datasets = new List<Dataset>();
        var lines = table.Split('\n').Where(l => l.Trim().Length > 0).ToList();
        for (var i = 0; i < lines.Count; i++)
        {
            if (lines[i][0] != ' ')
            {
                if (model is not null)
                {
                    yield return new DataModel(model, datasets);
                }

                (model, datasets) = (lines[i].Trim(), []);
                continue;
            }

            var fields = new Dictionary<string, DatasetField>(StringComparer.Ordinal);
            var head = lines[i];
            while (i + 1 < lines.Count && lines[i + 1].StartsWith("    ", StringComparison.Ordinal))
            {
                ReadFields(lines[++i].Trim(), fields);
            }

            datasets.Add(ReadDataset(head.Trim(), fields));
        }

        yield return new DataModel(model!, datasets);
    }

    private static Dataset ReadDataset(string line, Dictionary<string, DatasetField> fields)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        var names = line[..colon].Split('<', StringSplitOptions.TrimEntries);
        var constraint = ((Search)PipelineParser.Parse("search " + line[(colon + 1)..].Trim()).Commands[0]).Expression;
        return new Dataset(names[0], names.Length > 1 ? names[1] : null, constraint, fields);
    }

    private static void ReadFields(string line, Dictionary<string, DatasetField> fields)
    {
        if (line.IndexOf(":=", StringComparison.Ordinal) is var computed and > 0)
        {
            var name = line[..computed].Trim();
            fields[name] = new DatasetField(name, [], EvalParser.Parse(Text.ExpandedSource.Plain(new Text.SourceText(name, line[(computed + 2)..].Trim()))), HasDefault: false);
            return;
        }

        var equals = line.IndexOf('=', StringComparison.Ordinal);
        var words = (equals < 0 ? line : line[..equals]).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < words.Length; i++)
        {
            var name = words[i].TrimEnd('?');
            var sources = equals >= 0 && i == words.Length - 1 ? line[(equals + 1)..].Split('|', StringSplitOptions.TrimEntries) : [name];
            fields[name] = new DatasetField(name, sources, null, words[i].EndsWith('?'));
        }
    }
}
