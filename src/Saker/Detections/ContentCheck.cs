using System.Text.RegularExpressions;
using Saker.Content;
using Saker.Spl.Commands;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Detections;

/// <summary>Checks content as a whole, beyond what loading one file can tell: every search is planned, and what it names is looked for.</summary>
internal sealed class ContentCheck(ContentLibrary content)
{
    private readonly KnownFields fields = new(content);
    private readonly HashSet<string> usedMacros = new(StringComparer.Ordinal);

    /// <summary>Every mistake of loading and of planning, each once. What is deprecated or removed is loaded, not planned.</summary>
    public IReadOnlyList<Diagnostic> Run()
    {
        var found = content.Diagnostics.ToList();
        foreach (var detection in content.Detections.Where(d => d.Status is ContentStatus.Production or ContentStatus.Experimental))
        {
            found.AddRange(Check(detection));
        }

        foreach (var baseline in content.Baselines.Where(b => b.Status is ContentStatus.Production or ContentStatus.Experimental))
        {
            found.AddRange(Plan(baseline.Search, baseline.File, out _));
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
            return [.. UnknownLookups(plan, search)];
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

    /// <summary>The lookups that a search reads and that neither content defines nor an outputlookup of content makes.</summary>
    private IEnumerable<Diagnostic> UnknownLookups(SearchPlan plan, SourceText search)
    {
        foreach (var name in LookupNames(plan).Where(n => content.FindLookup(n) is null && content.FindLookup(Path.GetFileNameWithoutExtension(n)) is null && !IsMade(n)))
        {
            var near = Suggestion.Nearest(name, content.Lookups.Select(l => l.Name));
            yield return ContentErrors.UnknownLookup(search, Find(search, name), name, near);
        }
    }

    private static IEnumerable<string> LookupNames(SearchPlan plan) => plan.Pipeline.Commands
        .Where(c => c.Spec.Name is "lookup" or "inputlookup")
        .Select(c => FirstName(c))
        .OfType<string>()
        .Concat(plan.Inner.SelectMany(LookupNames));

    /// <summary>The first word of the canonical form that is no option.</summary>
    private static string? FirstName(ICommand command) => command.ToString()!.Split(' ').Skip(1).FirstOrDefault(w => !w.Contains('='))?.Trim('"');

    private bool IsMade(string name) => content.Baselines.Any(b => Regex.IsMatch(b.Search.Content, $@"\boutputlookup\b[^|\]]*\b{Regex.Escape(name)}\b", RegexOptions.None, TimeSpan.FromSeconds(1)));

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
}
