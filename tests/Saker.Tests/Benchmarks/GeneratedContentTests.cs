using Saker.Benchmarks.Comparison;
using Saker.Content;
using Saker.Detections;
using Saker.Spl.Syntax;
using Saker.Spl.Text;
using Xunit;

namespace Saker.Tests.Benchmarks;

public sealed class GeneratedContentTests
{
    [Fact]
    public void Five_hundred_detections_ask_what_five_hundred_detections_would()
    {
        var directory = Directory.CreateTempSubdirectory("saker-generated");
        try
        {
            GeneratedContent.Write(directory.FullName, 495);
            var content = ContentLibrary.Load([ContentLibrary.ShippedRoot, directory.FullName]);
            var mistakes = content.Diagnostics.ToList();
            var prepared = PreparedDetection.Prepare(content.Detections, content.Macros, mistakes);
            Assert.DoesNotContain(mistakes, m => m.Severity == Severity.Error);
            Assert.Equal(500, prepared.Count);

            var terms = prepared.Skip(5).SelectMany(d => d.Plan.Requests).SelectMany(r => Leaves(r.Predicate)).ToList();
            var predicates = terms.Where(t => t is SearchComparison or SearchIn).Select(t => t.ToString()).Distinct().Count();
            var fields = terms.Select(t => t switch { SearchComparison c => c.Field, SearchIn i => i.Field, _ => "" }).Distinct().Count(f => f.Length > 0);
            var phrases = terms.OfType<SearchTerm>().Select(t => t.Text).Distinct().Count();
            Assert.True(predicates >= 300 && fields >= 20 && phrases >= 100, $"{predicates} predicates, {fields} fields, {phrases} phrases");
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static IEnumerable<SearchExpression> Leaves(SearchExpression expression) => expression switch
    {
        SearchAnd and => and.Parts.SelectMany(Leaves),
        SearchOr or => or.Parts.SelectMany(Leaves),
        SearchNot not => Leaves(not.Inner),
        _ => [expression],
    };
}
