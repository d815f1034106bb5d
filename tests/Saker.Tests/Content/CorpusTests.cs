using System.Text;
using Saker.Content;
using Saker.Spl.Planning;
using Saker.Spl.Text;
using Xunit;

namespace Saker.Tests.Content;

/// <summary>
/// Plans every search of clones of Splunk's security_content: the directories in <c>SAKER_CORPUS</c>, separated by colons. Nothing of them is
/// kept here. Prints how many plan, and the reasons for the rest.
/// </summary>
public sealed class CorpusTests(ITestOutputHelper output)
{
    private const double WantedShare = 0.97;

    [Fact]
    public void Published_searches_parse_and_plan()
    {
        var roots = Environment.GetEnvironmentVariable("SAKER_CORPUS")?.Split(':', StringSplitOptions.RemoveEmptyEntries) ?? [];
        Assert.SkipUnless(roots.Length > 0, "SAKER_CORPUS names no clone of security_content");
        var wanting = false;
        var page = new StringBuilder(
            "# Splunk's published content, measured\n\nWritten by `CorpusTests` (`ACCEPT=1`) from the clones that `SAKER_CORPUS` names: how many of their detections and baselines load and plan, and why the rest does not.\n");
        foreach (var root in roots)
        {
            var library = ContentLibrary.Load([root]);
            var searches = library.Detections.Select(d => (d.Name, d.Search)).Concat(library.Baselines.Select(b => (b.Name, b.Search))).ToList();
            var lookups = new ContentLookups(library);
            var missing = new List<string>();
            var incomplete = new HashSet<string>();
            var reasons = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
            foreach (var (name, search) in searches)
            {
                var before = missing.Count;
                foreach (var reason in Reasons(library, search, lookups, missing))
                {
                    (reasons.TryGetValue(reason, out var names) ? names : reasons[reason] = []).Add(name);
                }

                if (missing.Count > before)
                {
                    incomplete.Add(name);
                }
            }

            var failed = reasons.Values.SelectMany(n => n).Distinct().Count();
            output.WriteLine($"{root}: {searches.Count - failed} of {searches.Count} plan");
            foreach (var (reason, names) in reasons.OrderByDescending(r => r.Value.Distinct().Count()))
            {
                output.WriteLine($"{names.Distinct().Count(),6}  {reason}   e.g. {names[0]}");
            }

            foreach (var lookup in missing.GroupBy(m => m).OrderByDescending(g => g.Count()))
            {
                output.WriteLine($"{lookup.Count(),6}  planned, but {lookup.Key}");
            }

            var failing = reasons.Values.SelectMany(n => n).ToHashSet();
            var kubernetes = searches.Select(x => x.Name).Where(n => n.Contains("Kubernetes", StringComparison.OrdinalIgnoreCase)).ToList();
            page.Append($"\n## Generation {library.Detections[0].Generation}\n\n{searches.Count - failed:#,0} of {searches.Count:#,0} load and plan: {Math.Floor(1000.0 * (searches.Count - failed) / searches.Count) / 10:0.0} %.\nOf those with Kubernetes in their name: {kubernetes.Count(k => !failing.Contains(k))} of {kubernetes.Count}.\n{incomplete.Count} of those that plan name a lookup that the clone does not define (one of Splunk's apps brings it) and run when that is given; {incomplete.Count(kubernetes.Contains)} of them with Kubernetes in their name.\n\n| why not | searches |\n|---|---|\n");
            foreach (var (reason, names) in reasons.OrderByDescending(r => r.Value.Distinct().Count()))
            {
                page.Append($"| {reason.Replace("|", "\\|", StringComparison.Ordinal)} | {names.Distinct().Count()} |\n");
            }

            wanting |= searches.Count - failed < WantedShare * searches.Count;
        }

        if (Environment.GetEnvironmentVariable("ACCEPT") == "1")
        {
            Docs.ReferenceTests.Check("corpus.md", page.ToString());
        }

        Assert.False(wanting, $"fewer than {WantedShare:P0} plan");
    }

    private static List<string> Reasons(ContentLibrary library, SourceText search, ContentLookups lookups, List<string> missing)
    {
        try
        {
            var plan = SearchPlanner.Plan(search, library.Macros);
            _ = plan.Requests;
            missing.AddRange(plan.MissingLookups(lookups).Select(d => d.Message));
            return [];
        }
        catch (SplException mistake)
        {
            return [.. mistake.Diagnostics.Select(d => $"{d.Code} {d.Message}").Distinct()];
        }
    }
}
