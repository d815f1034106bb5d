using Saker.Content;
using Saker.Spl.Commands;
using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Detections;

/// <summary>Checks content as a whole, beyond what loading one file can tell: every search is planned, and what it names is looked for.</summary>
internal sealed class ContentCheck(ContentLibrary content)
{
    private readonly KnownFields fields = new(content);
    private readonly ContentLookups lookups = new(content);
    private readonly HashSet<string> madeLookups = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> usedMacros = new(StringComparer.Ordinal);

    /// <summary>Every mistake of loading and of planning, each once. What is deprecated or removed is loaded, not planned.</summary>
    public IReadOnlyList<Diagnostic> Run()
    {
        var found = content.Diagnostics.ToList();
        foreach (var baseline in content.Baselines.Where(b => b.Status is ContentStatus.Production or ContentStatus.Experimental))
        {
            found.AddRange(Plan(baseline.Search, baseline.File, out _));
        }

        foreach (var detection in content.Detections.Where(d => d.Status is ContentStatus.Production or ContentStatus.Experimental))
        {
            found.AddRange(Check(detection));
        }

        found.AddRange(DeadFilters());
        return [.. found.DistinctBy(d => (d.Code, d.Message, Place(d)))];
    }

    private IEnumerable<Diagnostic> Check(Detection detection)
    {
        var found = Plan(detection.Search, detection.File, out var plan);
        found.AddRange(detection.Tests.SelectMany(t => MissingData(detection, t)));
        if (plan is not null)
        {
            found.AddRange(OutputCheck.Check(new PreparedDetection(detection, plan)));
            found.AddRange(plan.Requests.SelectMany(r => UnknownFields(detection, r)));
        }

        return found;
    }

    private List<Diagnostic> Plan(SourceText search, SourceText file, out SearchPlan? plan)
    {
        plan = null;
        try
        {
            MacroExpander.Expand(search, content.Macros, out var used);
            usedMacros.UnionWith(used);
            plan = SearchPlanner.Plan(search, content.Macros);
            madeLookups.UnionWith(plan.Pipeline.Commands.OfType<IUsesLookup>().Where(u => u.CreatesLookup).Select(u => u.Lookup.Name));
            return [.. plan.MissingLookups(new KnownLookups(lookups, madeLookups)), .. plan.Remarks.Select(r => ContentErrors.HardlyMeant(search, r))];
        }
        catch (SplException mistake)
        {
            return [.. mistake.Diagnostics];
        }
        catch (Exception failure) when (failure is InvalidOperationException or ArgumentException)
        {
            // A check that stops at one bad file would hide the others.
            return [new Diagnostic("CNT0199", Severity.Error, $"the search cannot be planned: {failure.Message}", file, default, "this is a mistake of saker's: please report it")];
        }
    }

    private IEnumerable<Diagnostic> UnknownFields(Detection detection, SourceRequest request)
    {
        var kind = DataNeed.Of(request);
        foreach (var field in request.Fields.Names.Where(f => !fields.MayHave(kind, f)).Order(StringComparer.Ordinal))
        {
            yield return ContentErrors.UnknownField(detection.Search, Find(detection.Search, field), field, DataNeed.Describe(kind), Suggestion.Nearest(field, fields.Of(kind)));
        }
    }

    private static IEnumerable<Diagnostic> MissingData(Detection detection, DetectionTest test) => test.AttackData
        .Where(d => !d.Url.Contains("://", StringComparison.Ordinal) && !File.Exists(Testing.DetectionTestRunner.LocalPath(detection, d.Url)))
        .Select(d => ContentErrors.MissingFile(detection.File, test.Span, d.Url));

    /// <summary>Filter macros that filter nothing: of a detection that is not there, or that does not use it.</summary>
    private IEnumerable<Diagnostic> DeadFilters()
    {
        var byFilter = content.Detections.ToLookup(d => d.FilterMacro, StringComparer.Ordinal);
        foreach (var macro in content.Macros.All.Where(m => m.Name.EndsWith("_filter", StringComparison.Ordinal) && m.Definition.Origin is not null))
        {
            var detection = byFilter[macro.Name].FirstOrDefault();
            if (usedMacros.Contains(macro.Name))
            {
                continue;
            }

            if (detection is null)
            {
                var near = Suggestion.Nearest(macro.Name, content.Detections.Select(d => d.FilterMacro));
                yield return ContentErrors.FilterOfNothing(macro.Definition, macro.Name, near);
            }
            else if (detection.Status is ContentStatus.Production or ContentStatus.Experimental)
            {
                yield return ContentErrors.FilterNotUsed(macro.Definition, macro.Name, detection.Name);
            }
        }
    }

    private static SourceSpan Find(SourceText text, string name) => text.Content.IndexOf(name, StringComparison.Ordinal) is var at and >= 0 ? new SourceSpan(at, name.Length) : default;

    private static (string, int) Place(Diagnostic diagnostic) => DiagnosticPlace.Outermost(diagnostic.Source, diagnostic.Span.Start) is var (file, offset) ? (file.Name, offset) : default;

    /// <summary>The lookups that searches make, and those of content.</summary>
    private sealed class KnownLookups(ContentLookups content, HashSet<string> made) : ILookups
    {
        public IEnumerable<string> Names => content.Names.Concat(made);

        public LookupDefinition? Find(string name) => content.Find(name) ?? (made.Contains(name) ? new LookupDefinition(name) : null);

        public LookupTable Read(LookupDefinition lookup) => content.Find(lookup.Name) is null || made.Contains(lookup.Name) ? LookupTable.Empty : content.Read(lookup);

        public void Write(LookupDefinition lookup, LookupTable table)
        {
        }
    }
}
