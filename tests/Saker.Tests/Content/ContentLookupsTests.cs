using Saker.Content;
using Saker.Spl.Execution;
using Xunit;

namespace Saker.Tests.Content;

public sealed class ContentLookupsTests
{
    private const string Definition = "name: ports\ndescription: x\nlookup_type: csv\nmatch_type:\n- WILDCARD(port)\nmin_matches: 1\ndefault_match: none\ncase_sensitive_match: false\nmax_matches: 2\n";
    private const string Store = "name: seen\ndescription: x\nlookup_type: kvstore\nfields:\n- _key\n- user\n- count\n";

    [Fact]
    public void A_definition_says_how_to_match()
    {
        using var folder = Folder();
        var definition = new ContentLookups(folder.Load()).Find("PORTS")!;

        Assert.Equal("ports", definition.Name);
        Assert.Equal("WILDCARD", definition.MatchTypes["port"]);
        Assert.Equal((1, 2, "none", false, false), (definition.MinMatches, definition.MaxMatches, definition.DefaultMatch, definition.IsCaseSensitive, definition.IsKeyValue));
    }

    [Fact]
    public void A_definition_says_from_when_its_rows_hold()
    {
        using var folder = Folder().With("lookups/leases.yml", "name: leases\nlookup_type: csv\ntime_field: from\ntime_format: '%Y-%m-%d'\nmax_offset_secs: 60\nmin_offset_secs: 5\n").With("lookups/leases.csv", "ip,from\n");
        var definition = new ContentLookups(folder.Load()).Find("leases")!;

        Assert.Equal(new LookupTime("from", "%Y-%m-%d", 5, 60), definition.Time);
        Assert.Equal(1, definition.MaxMatches);
        Assert.Null(new ContentLookups(folder.Load()).Find("ports")!.Time);
    }

    [Fact]
    public void A_lookup_is_found_by_its_file_too()
    {
        using var folder = Folder();
        Assert.Equal("ports", new ContentLookups(folder.Load()).Find("ports.csv")!.Name);
        Assert.Null(new ContentLookups(folder.Load()).Find("other.csv"));
    }

    [Fact]
    public void Blanks_quotes_and_line_breaks_are_read_as_they_are_meant()
    {
        using var folder = Folder();
        var lookups = new ContentLookups(folder.Load());
        var table = lookups.Read(lookups.Find("ports")!);

        Assert.Equal(["port", "name"], table.Columns);
        Assert.Equal(["yes", "a, \"b\"\nc", ""], table.Rows.Select(r => r[1].Text));
    }

    [Fact]
    public void A_store_keeps_what_is_written_where_the_caller_says_and_content_stays_as_it_is()
    {
        using var folder = Folder();
        using var state = new ContentFolder();
        var library = folder.Load();
        var before = Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories);
        var first = new ContentLookups(library, state.Path);
        Assert.Empty(first.Read(first.Find("seen")!).Rows);
        first.Write(first.Find("seen")!, new LookupTable(["_key", "user"], [[Value.Of("1"), Value.Of("ann, \"x\"")]]));
        first.Write(first.Find("ports")!, new LookupTable(["port", "name"], [[Value.Of("1"), Value.Of("new")]]));
        first.Write(new LookupDefinition("made.csv"), new LookupTable(["a"], [[Value.Of("x")]]));

        var second = new ContentLookups(library, state.Path);
        Assert.Equal("ann, \"x\"", second.Read(second.Find("seen")!).Rows[0][1].Text);
        Assert.Equal("new", second.Read(second.Find("ports")!).Rows[0][1].Text);
        Assert.Equal("x", second.Read(second.Find("made.csv")!).Rows[0][0].Text);
        Assert.Equal(before, Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void Without_a_place_for_them_written_rows_live_in_memory()
    {
        using var folder = Folder();
        var lookups = new ContentLookups(folder.Load());
        lookups.Write(lookups.Find("ports")!, new LookupTable(["port", "name"], [[Value.Of("1"), Value.Of("new")]]));
        lookups.Write(lookups.Find("seen")!, new LookupTable(["_key"], [[Value.Of("1")]]));

        Assert.Equal("new", lookups.Read(lookups.Find("ports")!).Rows[0][1].Text);
        Assert.Single(lookups.Read(lookups.Find("seen")!).Rows);
    }

    [Fact]
    public void A_name_cannot_lead_out_of_the_state_directory()
    {
        using var folder = Folder();
        using var state = new ContentFolder();
        var lookups = new ContentLookups(folder.Load(), state.Path);
        lookups.Write(new LookupDefinition("../../x.csv"), new LookupTable(["a"], []));

        Assert.Equal(["_.._x.csv"], Directory.GetFiles(state.Path).Select(System.IO.Path.GetFileName));
        Assert.Null(lookups.Find("../x.csv"));
    }

    private static ContentFolder Folder() => new ContentFolder()
        .With("lookups/ports.yml", Definition)
        .With("lookups/ports.csv", "\uFEFFport, name \n22, yes\n\"443\", \"a, \"\"b\"\"\nc\"\n80,\n")
        .With("lookups/seen.yml", Store);
}
