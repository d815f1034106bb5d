using Saker.Content;
using Xunit;

namespace Saker.Tests.Content;

public sealed class LayeringTests
{
    [Fact]
    public void A_later_root_replaces_a_macro_of_the_same_name_and_arity()
    {
        using var first = new ContentFolder().With("macros/a.yml", "name: a\ndefinition: x=1").With("macros/b.yml", "name: a\narguments: [f]\ndefinition: $f$=1");
        using var second = new ContentFolder().With("macros/a.yml", "name: a\ndefinition: x=2");

        var macros = ContentLibrary.Load([first.Path, second.Path]).Macros;

        Assert.Equal("x=2", macros.Find("a", 0)!.Definition.Content);
        Assert.Equal("$f$=1", macros.Find("a", 1)!.Definition.Content);
    }

    [Fact]
    public void A_filter_macro_keeps_every_row_until_a_root_defines_it()
    {
        using var content = new ContentFolder().With("detections/cloud/pods_listed.yml", Fixtures.GenerationB);
        using var own = new ContentFolder().With("macros/pods_listed_filter.yml", "name: pods_listed_filter\ndefinition: search user!=ci");

        Assert.Equal("search *", content.Load().Macros.Find("pods_listed_filter", 0)!.Definition.Content);
        Assert.Equal("search user!=ci", ContentLibrary.Load([content.Path, own.Path]).Macros.Find("pods_listed_filter", 0)!.Definition.Content);
    }

    [Theory]
    [InlineData("name: Pods Listed", "name: Pods Listed Again")]
    [InlineData("7c5b6c3e-7d0e-4e58-9d7c-8f3d7f0f5a11", "00000000-7d0e-4e58-9d7c-8f3d7f0f5a11")]
    public void A_later_root_replaces_a_detection_of_the_same_id_or_name(string from, string to)
    {
        using var first = new ContentFolder().With("detections/pods_listed.yml", Fixtures.GenerationA);
        using var second = new ContentFolder().With("detections/pods_listed.yml", Fixtures.GenerationB.Replace(from, to, StringComparison.Ordinal));

        Assert.Equal(SchemaGeneration.B, Assert.Single(ContentLibrary.Load([first.Path, second.Path]).Detections).Generation);
    }

    [Fact]
    public void A_deployment_schedules_the_detections_of_its_type()
    {
        const string deployment = """
            name: Often
            type: Anomaly
            scheduling:
              cron_schedule: '*/10 * * * *'
              earliest_time: -20m@m
              latest_time: -5m@m
            alert_action:
              rba:
                enabled: true
            """;
        using var content = new ContentFolder()
            .With("detections/anomaly.yml", Fixtures.GenerationB)
            .With("detections/ttp.yml", Fixtures.GenerationCFinding.Replace("Pods Listed", "Other", StringComparison.Ordinal).Replace("7c5b", "aaaa", StringComparison.Ordinal));
        using var own = new ContentFolder().With("deployments/anomaly.yml", deployment);

        var library = ContentLibrary.Load([content.Path, own.Path]);

        Assert.Equal(new Schedule("*/10 * * * *", "-20m@m", "-5m@m", "auto"), library.Detections[0].Schedule);
        Assert.Equal(Schedule.Hourly, library.Detections[1].Schedule);
        Assert.True(Assert.Single(library.Deployments).MakesRiskEvents);
    }

    [Fact]
    public void A_file_alone_and_a_folder_of_loose_files_are_roots_too()
    {
        using var folder = new ContentFolder().With("pods_listed.yml", Fixtures.GenerationC).With("mine/m.yml", "name: m\ndefinition: x=1");

        Assert.Single(folder.Load().Detections);
        Assert.NotNull(folder.Load().Macros.Find("m", 0));
        Assert.Single(ContentLibrary.Load([Path.Combine(folder.Path, "pods_listed.yml")]).Detections);
    }

    [Fact]
    public void What_was_removed_gives_way_to_what_lives_on()
    {
        using var folder = new ContentFolder().With("detections/pods_listed.yml", Fixtures.GenerationB).With("removed/detections/pods_listed.yml", Fixtures.GenerationA);

        var library = folder.Load();

        Assert.Empty(library.Diagnostics);
        Assert.Equal(SchemaGeneration.B, Assert.Single(library.Detections).Generation);
    }

    [Fact]
    public void Lookups_of_both_forms_know_their_rows_and_matches()
    {
        using var folder = new ContentFolder()
            .With("lookups/new.yml", "name: new\nlookup_type: csv\nmatch_type:\n- WILDCARD(domain)\nmin_matches: 1\ncase_sensitive_match: false\ndefault_match: false\n")
            .With("lookups/new.csv", "domain\n*.example.com\n")
            .With("lookups/old.yml", "name: old\ncollection: old_rows\nfields_list: _key, filter\nmatch_type: CIDR(filter)\n");

        var library = folder.Load();

        Assert.Empty(library.Diagnostics.Select(d => d.ToString()));
        var (csv, store) = (library.FindLookup("NEW")!, library.FindLookup("old")!);
        Assert.Equal([new LookupMatch("domain", "WILDCARD")], csv.Matches);
        Assert.Equal("domain\n*.example.com\n", File.ReadAllText(csv.RowsPath!));
        Assert.False(csv.IsCaseSensitive);
        Assert.Equal((LookupKind.KvStore, "old_rows"), (store.Kind, store.Collection));
        Assert.Equal(["_key", "filter"], store.Fields);
        Assert.Equal([new LookupMatch("filter", "CIDR")], store.Matches);
    }

    [Fact]
    public void Detections_are_found_by_name_id_stem_and_glob()
    {
        using var folder = new ContentFolder().With("detections/pods_listed.yml", Fixtures.GenerationB);
        var library = folder.Load();

        Assert.Single(library.Find("pods listed"));
        Assert.Single(library.Find("pods_*"));
        Assert.Single(library.Find("7C5B6C3E-7d0e-4e58-9d7c-8f3d7f0f5a11"));
        Assert.Empty(library.Find("pods"));
    }
}
