using Saker.Spl.Text;
using Xunit;

namespace Saker.Tests.Content;

public sealed class SearchOriginTests
{
    [Theory]
    [InlineData("search: verb=list OOPS | `d_filter`", "OOPS", 11, 19)]
    [InlineData("search: 'a=''b'' OOPS | `d_filter`'", "OOPS", 11, 18)]
    [InlineData("search: \"a=\\\"b\\\" \\u0041 \\\n    c OOPS | `d_filter`\"", "OOPS", 12, 7)]
    [InlineData("search: |-\n  a=b\n    | stats count\n  | OOPS\n  | `d_filter`", "OOPS", 14, 5)]
    [InlineData("search: |\n\n  a=b\n\n  | OOPS `d_filter`\n", "OOPS", 15, 5)]
    [InlineData("search: |2\n    a=b OOPS\n   `d_filter`\n", "OOPS", 12, 9)]
    [InlineData("search: >-\n  a=b\n  c=d\n\n  | OOPS\n  | `d_filter`", "OOPS", 15, 5)]
    [InlineData("search: >\n  a=b\n    | more\n    OOPS\n  | `d_filter`\n", "OOPS", 14, 5)]
    [InlineData("search: a=b\n  c=d\n  OOPS `d_filter`", "OOPS", 13, 3)]
    [InlineData("search: 'a=b   \n\n\n   c=d OOPS  x `d_filter`'", "OOPS", 14, 8)]
    [InlineData("search: \"a\\n\\tb\\\n      \\  OOPS `d_filter`\"", "OOPS", 12, 10)]
    [InlineData("search: 'ä😀 OOPS `d_filter`'", "OOPS", 11, 14)]
    public void An_offset_of_the_search_is_found_in_the_file(string search, string word, int line, int column)
    {
        var detection = Load(search, "\n");
        Assert.Equal((line, column), Place(detection, word));

        var windows = Load(search.Replace("\n", "\r\n", StringComparison.Ordinal), "\r\n");
        Assert.Equal((line, column), Place(windows, word));
    }

    [Fact]
    public void A_macros_definition_is_found_too()
    {
        using var folder = new ContentFolder().With("macros/m.yml", "name: m\ndescription: x\ndefinition: |-\n  eval a=1\n  | OOPS\n");

        Assert.Equal((5, 5), Place(folder.Load().Macros.Find("m", 0)!.Definition, "OOPS"));
    }

    [Fact]
    public void Every_word_of_a_search_maps_to_itself()
    {
        var library = Saker.Content.ContentLibrary.Load([Saker.Content.ContentLibrary.ShippedRoot]);

        Assert.All(library.Detections, detection =>
        {
            var search = detection.Search.Content;
            for (var i = 0; i < search.Length; i++)
            {
                Assert.Equal(search[i], detection.File.Content[detection.Search.Origin!.MapOffset(i)]);
            }
        });
    }

    private static (int Line, int Column) Place(SourceText text, string word)
    {
        var (file, offset) = DiagnosticPlace.Outermost(text, text.Content.IndexOf(word, StringComparison.Ordinal));
        return file.Locate(offset);
    }

    private static SourceText Load(string search, string lineBreak)
    {
        var head = """
            name: D
            id: 7c5b6c3e-7d0e-4e58-9d7c-8f3d7f0f5a11
            version: 1
            date: '2025-05-02'
            author: Someone
            status: production
            type: Hunting
            description: D.
            tags: {security_domain: network}
            how_to_implement: x

            """;
        using var folder = new ContentFolder().With("detections/d.yml", head.Replace("\n", lineBreak, StringComparison.Ordinal) + search);
        var library = folder.Load();
        Assert.Empty(library.Diagnostics.Select(d => d.ToString()));
        return Assert.Single(library.Detections).Search;
    }
}
