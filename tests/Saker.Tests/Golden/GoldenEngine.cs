using System.Globalization;
using System.Text;
using System.Text.Json;
using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Tests.Golden;

/// <summary>Runs the searches of a golden file over its data.</summary>
/// <param name="open">Where the events are kept, given them all and the plan that reads them; null for memory, and a source that gives what the plan told of.</param>
internal sealed class GoldenEngine(Func<SearchPlan, IReadOnlyList<Event>, IEventSource>? open = null)
{
    private readonly List<Event> events = [];

    public MacroTable Macros { get; } = new();

    public MemoryLookups Lookups { get; } = new();

    public DateTimeOffset Now { get; set; } = new(2026, 3, 14, 12, 0, 0, TimeSpan.Zero);

    public PlanRules Rules { get; set; } = PlanRules.All;

    public long MemoryBytes { get; set; } = MemoryBudget.DefaultBytes;

    public IReadOnlyList<string> Warnings { get; private set; } = [];

    public void AddData(GoldenRecord record)
    {
        var settings = record.Words.Where(w => w.Contains('=')).ToDictionary(w => w.Split('=')[0], w => w[(w.IndexOf('=') + 1)..]);
        foreach (var line in record.Body)
        {
            var raw = Encoding.UTF8.GetBytes(line);
            events.Add(new Event
            {
                Raw = raw,
                Ordinal = events.Count,
                IsMetric = record.Words.Contains("metrics"),
                Index = settings.GetValueOrDefault("index", record.Words.Contains("metrics") ? "kubernetes_metrics" : "main"),
                Source = settings.GetValueOrDefault("source", ""),
                Sourcetype = settings.GetValueOrDefault("sourcetype", ""),
                Host = settings.GetValueOrDefault("host", ""),
                TimeNanoseconds = TimeOf(line),
                IndexTimeNanoseconds = TimeRange.Nanoseconds(Now),
            });
        }
    }

    /// <summary><c>lookup name [kvstore] [case=insensitive] [match=WILDCARD(f),CIDR(g)] [max=n] [min=n] [default=text] [time=field] [format=f] [least=s] [most=s]</c>, then the rows as csv.</summary>
    public void AddLookup(GoldenRecord record)
    {
        var settings = record.Words.Where(w => w.Contains('=')).ToDictionary(w => w.Split('=')[0], w => w[(w.IndexOf('=') + 1)..]);
        var table = CsvText.ReadTable(new StringReader(string.Join('\n', record.Body)));
        Lookups.Write(
            new LookupDefinition(record.Words[0])
            {
                IsKeyValue = record.Words.Contains("kvstore"),
                Fields = record.Words.Contains("kvstore") ? table.Columns : [],
                IsCaseSensitive = settings.GetValueOrDefault("case") != "insensitive",
                MatchTypes = settings.GetValueOrDefault("match", "").Split(',', StringSplitOptions.RemoveEmptyEntries).ToDictionary(m => m[(m.IndexOf('(') + 1)..^1], m => m[..m.IndexOf('(')]),
                MaxMatches = int.Parse(settings.GetValueOrDefault("max", settings.ContainsKey("time") ? "1" : "1000"), CultureInfo.InvariantCulture),
                Time = !settings.TryGetValue("time", out var time) ? null : new LookupTime(
                    time,
                    settings.GetValueOrDefault("format", LookupTime.Epoch),
                    int.Parse(settings.GetValueOrDefault("least", "0"), CultureInfo.InvariantCulture),
                    int.Parse(settings.GetValueOrDefault("most", "2000000000"), CultureInfo.InvariantCulture)),
                MinMatches = int.Parse(settings.GetValueOrDefault("min", "0"), CultureInfo.InvariantCulture),
                DefaultMatch = settings.GetValueOrDefault("default", ""),
            },
            table);
    }

    public SearchPlan Plan(string search)
    {
        var source = new SourceText("query", search);
        var pipeline = PipelineParser.Parse(source, Macros);
        if (search.TrimStart().StartsWith('|') && pipeline.Commands is not [Spl.Commands.IGenerates, ..])
        {
            pipeline = PipelineParser.Parse(new SourceText("query", "search * " + search), Macros);
        }

        return SearchPlanner.Plan(pipeline, FieldNeed.All, Rules);
    }

    public SearchContext Context(SearchPlan? plan = null) => new()
    {
        Source = plan is null ? new MemoryEventSource(events) : open is null ? new PlannedEventSource(plan, events) : open(plan, events),
        Now = Now,
        Memory = new MemoryBudget(MemoryBytes),
        Lookups = Lookups,
        Collect = row => events.Add(new Event
        {
            Raw = Encoding.UTF8.GetBytes(row.Raw),
            Index = row.Index,
            Source = row.Source,
            Sourcetype = row.Sourcetype,
            Ordinal = events.Count,
            TimeNanoseconds = TimeRange.Nanoseconds(row.Time),
            IndexTimeNanoseconds = TimeRange.Nanoseconds(Now),
        }),
    };

    public List<string> Run(string search, bool ordered)
    {
        var plan = Plan(search);
        var context = Context(plan);
        var result = plan.Run(context);
        var rows = result.Rows.ToList();
        var columns = result.Columns.IsOpen
            ? result.Columns.Names.Concat(ColumnNames.Of(rows, context.Fields)).Distinct().Where(n => !EventFields.All.Contains(n))
            : result.Columns.Names;
        var lines = rows.Select(row => Print(row, columns, context.Fields)).ToList();
        if (!ordered)
        {
            lines.Sort(StringComparer.Ordinal);
        }

        Warnings = context.Warnings;
        return [.. lines, .. context.Warnings.Select(w => $"warning: {w}")];
    }

    private static string Print(Row row, IEnumerable<string> columns, FieldTable fields)
    {
        var parts = columns.Select(name => (name, value: row[fields.Slot(name)])).Where(c => !c.value.IsNull).Select(c => $"{c.name}={Print(c.value)}");
        var text = string.Join(' ', parts);
        return text.Length == 0 ? "(empty)" : text;
    }

    private static string Print(Value value) => value.IsMulti
        ? "[" + string.Join(", ", value.Values.ToArray().Select(Print)) + "]"
        : value.Text.Length > 0 && value.Text.All(c => c > ' ' && c is not ('"' or '=' or '[' or ',')) ? value.Text : JsonSerializer.Serialize(value.Text, Relaxed);

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static long TimeOf(string line)
    {
        var at = line.IndexOf("\"_time\":", StringComparison.Ordinal);
        if (at < 0)
        {
            return 1_773_489_600_000_000_000;
        }

        var text = line[(at + 8)..].TrimStart();
        var end = text.IndexOfAny([',', '}']);
        return (long)(decimal.Parse(text[..end], CultureInfo.InvariantCulture) * 1_000_000_000m);
    }
}
