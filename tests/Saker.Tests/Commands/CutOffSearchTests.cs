using Saker.Spl.Commands;
using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;
using Xunit;

namespace Saker.Tests.Commands;

/// <summary>Every command's example, whole and cut off at each character, with brackets and quotes put in: it runs or says what is wrong.</summary>
public sealed class CutOffSearchTests
{
    private static readonly Event[] Events =
    [
        new() { Raw = "{\"verb\":\"get\",\"user\":\"ann\",\"n\":1,\"io\":2}"u8.ToArray(), TimeNanoseconds = 1_773_489_000_000_000_000 },
        new() { Raw = "{\"verb\":[\"delete\",\"x\"],\"user\":\"bob\"}"u8.ToArray(), TimeNanoseconds = 1_773_489_100_000_000_000, Ordinal = 1 },
    ];

    public static TheoryData<string> Names() => [.. CommandTable.All.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void It_runs_or_fails_with_a_place(string name)
    {
        var example = CommandTable.Find(name)!.Example;
        var search = example.StartsWith('|') || example.StartsWith('[') || name == "search" ? example : "* | " + example;
        for (var cut = 1; cut <= search.Length; cut++)
        {
            foreach (var end in (string[])["", "\"", "[", "]", ")", " as", "=", " |", " [ ]", " [search *]", ","])
            {
                Try(search[..cut] + end);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Its_example_prints_to_itself(string name)
    {
        var example = CommandTable.Find(name)!.Example;
        var search = example.StartsWith('|') || example.StartsWith('[') || name == "search" ? example : "* | " + example;
        var printed = PipelineParser.Parse(search).ToString();
        Assert.Equal(printed, PipelineParser.Parse(printed).ToString());
    }

    private static void Try(string search)
    {
        try
        {
            var pipeline = PipelineParser.Parse(search);
            var printed = pipeline.ToString();
            Assert.Equal(printed, PipelineParser.Parse(printed).ToString());
            var plan = SearchPlanner.Plan(pipeline);
            _ = plan.Requests;
            _ = Explain.Print(plan);
            var context = new SearchContext { Source = new MemoryEventSource(Events), Now = DateTimeOffset.UnixEpoch.AddDays(20_000), Lookups = new MemoryLookups() };
            _ = plan.Run(context).Rows.Count();
        }
        catch (SplException)
        {
        }
        catch (Exception failure) when (failure is not Xunit.Sdk.XunitException)
        {
            throw new InvalidOperationException($"`{search}`: {failure.Message}", failure);
        }
        catch (Xunit.Sdk.XunitException failure)
        {
            throw new InvalidOperationException($"`{search}` does not print to itself: {failure.Message}", failure);
        }
    }
}
