using Saker.Content.Reading;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Content;

/// <summary>All content of some roots: detections and what they use. A root is a directory laid out as Splunk's security_content, or one file.</summary>
public sealed class ContentLibrary
{
    /// <summary>The content that comes with the program.</summary>
    public static string ShippedRoot { get; } = Path.Combine(AppContext.BaseDirectory, "content");

    /// <summary>Filter macros that leave out what a healthy control plane does; a root to load after <see cref="ShippedRoot"/> by choice.</summary>
    public static string TuningRoot { get; } = Path.Combine(ShippedRoot, "tuning");

    /// <summary>Rules over risk events that make findings; a root that a server loads after <see cref="ShippedRoot"/>.</summary>
    public static string IncidentsRoot { get; } = Path.Combine(ShippedRoot, "incidents");

    /// <summary>The rule that <c>saker canary</c> tries a server with; a root that a server loads after <see cref="ShippedRoot"/>.</summary>
    public static string CanaryRoot { get; } = Path.Combine(ShippedRoot, "canary");

    public IReadOnlyList<Detection> Detections { get; init; } = [];

    /// <summary>All macros, a filter macro for every detection among them.</summary>
    public MacroTable Macros { get; init; } = new();

    public IReadOnlyList<Lookup> Lookups { get; init; } = [];

    public IReadOnlyList<AnalyticStory> Stories { get; init; } = [];

    public IReadOnlyList<Deployment> Deployments { get; init; } = [];

    public IReadOnlyList<DataSource> DataSources { get; init; } = [];

    public IReadOnlyList<Baseline> Baselines { get; init; } = [];

    /// <summary>What nobody needs to hear of.</summary>
    internal IReadOnlyList<RiskException> Exceptions { get; init; } = [];

    /// <summary>Every mistake of every file, in the order of roots and files. A file with an error is left out of the library; one with a warning is not.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics { get; init; } = [];

    public bool HasErrors => Diagnostics.Any(d => d.Severity == Severity.Error);

    /// <summary>Loads roots in order; what a later one defines replaces what an earlier one defines under the same name (a detection: the same name or id).</summary>
    public static ContentLibrary Load(IReadOnlyList<string> roots) => ContentLoader.Load(roots);

    /// <summary>The detections that a name, id, file stem or glob means.</summary>
    public IEnumerable<Detection> Find(string pattern) => Detections.Where(d => d.IsNamed(pattern));

    /// <summary>The one detection that an id, a file stem or a name means; no glob. Null if there is none.</summary>
    public Detection? FindOne(string name) =>
        Detections.FirstOrDefault(d => d.Id == name || d.Stem == name || d.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The same with other schedules; of several that mean a detection, the last counts.</summary>
    /// <exception cref="InvalidDataException">One means no detection.</exception>
    internal ContentLibrary With(IReadOnlyList<ScheduleOverride> schedules)
    {
        if (schedules.Count == 0)
        {
            return this;
        }

        if (schedules.FirstOrDefault(s => !Find(s.Detection).Any()) is { } nobody)
        {
            throw new InvalidDataException($"schedules: no detection is called {nobody.Detection}");
        }

        return new ContentLibrary
        {
            Detections = [.. Detections.Select(d => schedules.LastOrDefault(s => d.IsNamed(s.Detection)) is { } found ? d with { Schedule = found.Over(d.Schedule) } : d)],
            Macros = Macros,
            Lookups = Lookups,
            Stories = Stories,
            Deployments = Deployments,
            DataSources = DataSources,
            Baselines = Baselines,
            Exceptions = Exceptions,
            Diagnostics = Diagnostics,
        };
    }

    public Lookup? FindLookup(string name) => Lookups.FirstOrDefault(l => l.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
