using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;
using Xunit;

namespace Saker.Tests.Golden;

/// <summary>What an engine answers to a record of a golden file.</summary>
internal static class GoldenAnswer
{
    /// <summary>The lines that a record gives; null for records that only set something up.</summary>
    public static List<string>? Of(GoldenEngine engine, GoldenRecord record)
    {
        var search = string.Join('\n', record.Body);
        switch (record.Kind)
        {
            case "data":
                engine.AddData(record);
                return null;
            case "lookup":
                engine.AddLookup(record);
                return null;
            case "macro":
                AddMacro(engine, record);
                return null;
            case "now":
                engine.Now = DateTimeOffset.Parse(record.Words[0], System.Globalization.CultureInfo.InvariantCulture);
                return null;
            case "memory":
                engine.MemoryBytes = long.Parse(record.Words[0], System.Globalization.CultureInfo.InvariantCulture);
                return null;
            case "query":
                return Query(engine, search, record.Words.Contains("ordered"));
            case "canonical":
                return [PipelineParser.Parse(new SourceText("query", search), engine.Macros).ToString()];
            case "plan":
                return [.. Explain.Print(engine.Plan(search)).Split('\n')];
            case "error":
                return Error(engine, search);
            default:
                throw new InvalidDataException($"unknown record `{record.Header}` at line {record.Line}");
        }
    }

    /// <summary>Defines what a record <c>macro name(argument)</c> says.</summary>
    public static void AddMacro(GoldenEngine engine, GoldenRecord record)
    {
        var name = record.Words[0];
        var open = name.IndexOf('(');
        string[] arguments = open < 0 ? [] : name[(open + 1)..^1].Split(',');
        var bare = open < 0 ? name : name[..open];
        engine.Macros.Set(new Macro(bare, arguments, new SourceText($"macro `{bare}`", string.Join('\n', record.Body)), record.Words.Contains("iseval")));
    }

    private static List<string> Query(GoldenEngine engine, string search, bool ordered)
    {
        try
        {
            var printed = PipelineParser.Parse(new SourceText("query", search), engine.Macros).ToString();
            Assert.Equal(printed, PipelineParser.Parse(printed).ToString());
            return engine.Run(search, ordered);
        }
        catch (SplException mistake)
        {
            return [.. mistake.Diagnostics.SelectMany(d => DiagnosticRenderer.RenderBrief(d).Split('\n'))];
        }
    }

    private static List<string> Error(GoldenEngine engine, string search)
    {
        try
        {
            if (engine.Plan(search).MissingLookups(engine.Lookups).ToList() is { Count: > 0 } missing)
            {
                throw new SplException(missing);
            }

            engine.Run(search, ordered: false);
            return ["no error"];
        }
        catch (SplException mistake)
        {
            return [.. mistake.Diagnostics.SelectMany(d => DiagnosticRenderer.RenderBrief(d).Split('\n'))];
        }
    }
}
