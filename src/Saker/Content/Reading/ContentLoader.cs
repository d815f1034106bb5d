using Saker.Spl.Execution;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Content.Reading;

/// <summary>Reads the files of all roots and lays them over each other.</summary>
internal sealed class ContentLoader
{
    /// <summary>Below this many files the threads cost more than they save.</summary>
    private const int ManyFiles = 64;

    private readonly List<Diagnostic> diagnostics = [];
    private readonly Layers<Detection> detections = new("detection");
    private readonly Layers<Macro> macros = new("macro");
    private readonly Layers<Lookup> lookups = new("lookup");
    private readonly Layers<AnalyticStory> stories = new("analytic story");
    private readonly Layers<Deployment> deployments = new("deployment for type");
    private readonly Layers<DataSource> dataSources = new("data source");
    private readonly Layers<Baseline> baselines = new("baseline");
    private readonly Layers<RiskException> exceptions = new("exception");

    public static ContentLibrary Load(IReadOnlyList<string> roots)
    {
        var loader = new ContentLoader();
        for (var i = 0; i < roots.Count; i++)
        {
            foreach (var item in ReadFiles(ContentRoot.Files(roots[i], i, loader.diagnostics)))
            {
                loader.Add(item);
            }
        }

        return loader.Build();
    }

    private static IReadOnlyList<ContentItem> ReadFiles(IReadOnlyList<ContentFile> files) => files.Count < ManyFiles
        ? [.. files.Select(ContentFileReader.Read)]
        : [.. files.AsParallel().AsOrdered().Select(ContentFileReader.Read)];

    private void Add(ContentItem item)
    {
        diagnostics.AddRange(item.Diagnostics);
        var duplicate = item.Value switch
        {
            Detection detection => detections.Add(item, detection.Status is ContentStatus.Removed or ContentStatus.Deprecated),
            Macro => macros.Add(item),
            Lookup => lookups.Add(item),
            AnalyticStory story => stories.Add(item, story.Status is ContentStatus.Removed or ContentStatus.Deprecated),
            Deployment => deployments.Add(item),
            DataSource => dataSources.Add(item),
            Baseline baseline => baselines.Add(item, baseline.Status is ContentStatus.Removed or ContentStatus.Deprecated),
            RiskException => exceptions.Add(item),
            _ => null,
        };
        if (duplicate is not null)
        {
            diagnostics.Add(duplicate);
        }
    }

    private ContentLibrary Build()
    {
        var all = deployments.Values.ToList();
        var scheduled = detections.Values.Select(d => d.HasOwnSchedule ? d : d with { Schedule = ScheduleOf(all, TypeName(d.Type)) ?? d.Schedule }).ToList();
        diagnostics.AddRange(lookups.Values.SelectMany(MistakesOf));
        return new ContentLibrary
        {
            Detections = scheduled,
            Macros = MacroTable(scheduled),
            Lookups = [.. lookups.Values],
            Stories = [.. stories.Values],
            Deployments = all,
            DataSources = [.. dataSources.Values],
            Baselines = [.. baselines.Values.Select(b => b.HasOwnSchedule ? b : b with { Schedule = ScheduleOf(all, "Baseline") ?? b.Schedule })],
            Exceptions = [.. exceptions.Values],
            Diagnostics = diagnostics,
        };
    }

    /// <summary>What is wrong with the rows of a lookup that scores hang on, where it stands.</summary>
    private static IEnumerable<Diagnostic> MistakesOf(Lookup lookup)
    {
        if ((ContextLookups.KeyOf(lookup.Name) is null && lookup.Name != ContextLookups.RiskFactors) || lookup.RowsPath is not { } path || !File.Exists(path))
        {
            return [];
        }

        try
        {
            var file = new SourceText(path, File.ReadAllText(path));
            return ContextLookups.Mistakes(lookup.Name, CsvText.ReadTable(new StringReader(file.Content)))
                .Select(m => ContentErrors.BadContextRow(file, m.PlaceIn(file), m.Message))
                .ToList();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return [ContentErrors.Unreadable(new SourceText(path, ""), failure.Message)];
        }
    }

    private static Schedule? ScheduleOf(List<Deployment> deployments, string type) => deployments.Find(d => d.Type == type)?.Schedule;

    private static string TypeName(DetectionType type) => Values.DetectionTypes.First(t => t.Value == type).Key;

    private MacroTable MacroTable(List<Detection> scheduled)
    {
        var table = new MacroTable();
        BuiltInMacros.AddTo(table);
        foreach (var macro in macros.Values)
        {
            table.Set(macro);
        }

        foreach (var detection in scheduled.Where(d => table.Find(d.FilterMacro, 0) is null))
        {
            table.Set(BuiltInMacros.EmptyFilter(detection.FilterMacro));
        }

        return table;
    }
}
