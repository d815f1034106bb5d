using Saker.Spl.Text;
using Xunit;

namespace Saker.Tests.Content;

public sealed class DiagnosticTests
{
    [Theory]
    [InlineData("status: production", "status: [production", "d.yml:6:9: error CNT0101: this is not YAML: a bracket or quote is left open here")]
    [InlineData("status: production", "status: 'production", "d.yml:9:10: error CNT0101: this is not YAML: while scanning for the next token, found character that cannot start any token")]
    [InlineData("version: 4", "version: 4\nversion: 5", "d.yml:4:1: warning CNT0103: `version` stands twice in this mapping")]
    [InlineData("search: '`kube_audit`", "# search: '`kube_audit`", "d.yml:1:1: error CNT0104: `search` is missing")]
    [InlineData("    score: 49\n", "", "d.yml:20:5: error CNT0104: `rba.risk_objects[0].score` is missing")]
    [InlineData("version: 4", "version: four", "d.yml:3:10: error CNT0105: `version` should be a whole number, not `four`")]
    [InlineData("description: Lists pods.", "description: [Lists pods.]", "d.yml:8:14: error CNT0105: `description` should be a text, not a list")]
    [InlineData("how_to_implement", "how_to_impelment", "d.yml:10:1: warning CNT0106: unknown key `how_to_impelment`")]
    [InlineData("  threat_objects:", "  threat_object:", "d.yml:23:3: warning CNT0106: unknown key `rba.threat_object`")]
    [InlineData("7c5b6c3e-7d0e", "7c5b6c3e7d0e", "d.yml:2:5: error CNT0107: `7c5b6c3e7d0e-4e58-9d7c-8f3d7f0f5a11` is not a UUID")]
    [InlineData("score: 49", "score: 490", "d.yml:22:12: error CNT0108: `rba.risk_objects[0].score` should be a number from 1 to 100, not `490`")]
    [InlineData("type: Anomaly", "type: Anomoly", "d.yml:7:7: error CNT0111: `type` cannot be `Anomoly`")]
    [InlineData("status: production", "status: prod", "d.yml:6:9: error CNT0111: `status` cannot be `prod`")]
    [InlineData("type: ip_address", "type: ip", "d.yml:25:11: error CNT0111: `rba.threat_objects[0].type` cannot be `ip`")]
    [InlineData("date: '2025-05-02'", "date: 2nd of May", "d.yml:4:7: error CNT0115: `date`: `2nd of May` is not a date")]
    [InlineData("T1046", "T9999", "d.yml:31:5: warning CNT0116: `T9999` is not a technique of ATT&CK")]
    [InlineData("86400s", "1 day", "d.yml:38:13: error CNT0121: `tags.throttling.period`: `1 day` is not a period")]
    [InlineData("| `pods_listed_filter`", "", "d.yml:9:1: warning CNT0117: the search does not use its filter macro `pods_listed_filter`")]
    public void A_mistake_is_told_with_its_place(string from, string to, string expected)
    {
        using var folder = new ContentFolder().With("detections/pods_listed.yml", Fixtures.GenerationB.Replace(from, to, StringComparison.Ordinal));

        Assert.Equal(expected, folder.Mistakes().Replace("detections/pods_listed.yml", "d.yml", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("cron_schedule: '*/5 * * * *'", "cron_schedule: '*/5 * * *'", "d.yml:40:18: error CNT0112: `*/5 * * *` is not a cron schedule")]
    [InlineData("earliest_time: -15m@m", "earliest_time: 15 minutes ago", "d.yml:41:18: error CNT0113: `custom_schedule.earliest_time`: `15 minutes ago` is not a time modifier")]
    [InlineData("schedule_window: 5", "schedule_window: soon", "d.yml:43:20: error CNT0105: `custom_schedule.schedule_window` should be auto or a number of minutes, not `soon`")]
    public void So_is_one_in_a_schedule(string from, string to, string expected)
    {
        using var folder = new ContentFolder().With("detections/pods_listed.yml", Fixtures.GenerationC.Replace(from, to, StringComparison.Ordinal));

        Assert.Equal(expected, folder.Mistakes().Replace("detections/pods_listed.yml", "d.yml", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "x.yml:1:1: error CNT0102: the file is empty")]
    [InlineData("- a", "x.yml:1:1: error CNT0102: expected a mapping of keys, found a list")]
    [InlineData("name: m\ndefinition: x\n---\nname: n", "x.yml:3:1: error CNT0102: a file holds one document; this starts a second")]
    [InlineData("title: x", "x.yml:1:1: error CNT0120: cannot tell what this file defines")]
    [InlineData("name: l\nlookup_type: csv", "x.yml:1:7: error CNT0118: there is no file `x.csv`")]
    [InlineData("name: l\ncollection: l\nmatch_type: WILDCRD(a)", "x.yml:3:13: error CNT0111: `match_type` cannot be `WILDCRD(a)`")]
    [InlineData("name: l\ncollection: l\nmax_offset_secs: 60", "x.yml:3:1: error CNT0104: `time_field` is missing")]
    [InlineData("name: l\ncollection: l\ntime_field: t\nmin_offset_secs: -1", "x.yml:4:18: error CNT0105: `min_offset_secs` should be a number of seconds, not `-1`")]
    [InlineData("name: m\ndefinition: *nowhere", "x.yml:2:13: error CNT0101: this is not YAML: no anchor &nowhere stands before *nowhere")]
    public void A_file_that_is_no_content_is_told(string yaml, string expected)
    {
        using var folder = new ContentFolder().With("x.yml", yaml);

        Assert.Equal(expected, folder.Mistakes());
    }

    [Fact]
    public void An_empty_search_is_no_search()
    {
        using var folder = new ContentFolder().With("detections/d.yml", Fixtures.GenerationCFinding.Replace("verb=list | `pods_listed_filter`", "' '", StringComparison.Ordinal));

        Assert.Equal("detections/d.yml:10:9: error CNT0114: the search is empty", folder.Mistakes());
    }

    [Fact]
    public void A_risk_score_that_differs_from_confidence_and_impact_is_used_and_told()
    {
        using var folder = new ContentFolder().With("detections/pods_listed.yml", Fixtures.GenerationA.Replace("impact: 70", "impact: 20", StringComparison.Ordinal));

        Assert.Equal("detections/pods_listed.yml:46:15: warning CNT0108: `risk_score` is 49, but confidence 70 x impact 20 / 100 is 14", folder.Mistakes());
        Assert.Equal(49, folder.Load().Detections[0].Risk!.RiskObjects[0].Score);
    }

    [Fact]
    public void A_name_that_comes_twice_in_a_root_shows_both_places()
    {
        using var folder = new ContentFolder().With("detections/a.yml", Fixtures.GenerationB).With("detections/b.yml", Fixtures.GenerationC);

        var duplicate = Assert.Single(folder.Load().Diagnostics, d => d.Code == "CNT0109");

        Assert.EndsWith("b.yml:1:7: error CNT0109: detection `Pods Listed` is defined twice in this content root; this one is left out", duplicate.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("a.yml", Assert.Single(duplicate.Via).Source.Name, StringComparison.Ordinal);
        Assert.Single(folder.Load().Detections);
    }

    [Fact]
    public void All_mistakes_of_all_files_are_told_and_the_others_still_load()
    {
        using var folder = new ContentFolder()
            .With("detections/bad.yml", "name: x\nid: 1\nsearch: ''\n")
            .With("detections/pods_listed.yml", Fixtures.GenerationB)
            .With("macros/bad.yml", "name: m\n");

        var library = folder.Load();

        Assert.Equal(["CNT0104", "CNT0104", "CNT0104", "CNT0104", "CNT0107", "CNT0114"], library.Diagnostics.Where(d => d.Source.Name.EndsWith("detections/bad.yml", StringComparison.Ordinal)).Select(d => d.Code).Order());
        Assert.Contains(library.Diagnostics, d => d.ToString().EndsWith("macros/bad.yml:1:1: error CNT0104: `definition` is missing", StringComparison.Ordinal));
        Assert.Equal("Pods Listed", Assert.Single(library.Detections).Name);
    }

    [Fact]
    public void A_mistyped_key_gets_a_suggestion()
    {
        using var folder = new ContentFolder().With("detections/pods_listed.yml", Fixtures.GenerationB + "\nenabled_by_defualt: true");

        Assert.Contains("= hint: did you mean `enabled_by_default`?", DiagnosticRenderer.Render(Assert.Single(folder.Load().Diagnostics)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_root_that_is_not_there_or_holds_nothing_is_told()
    {
        using var folder = new ContentFolder();

        Assert.Contains("error CNT0110: no content in this directory", folder.Mistakes(), StringComparison.Ordinal);
        Assert.Contains("/nowhere:1:1: error CNT0110: there is no such content directory or file", folder.Mistakes("/nowhere"), StringComparison.Ordinal);
    }

    [Fact]
    public void Brackets_without_end_are_an_error_and_not_a_crash()
    {
        using var folder = new ContentFolder().With("macros/bomb.yml", "definition: " + new string('[', 100_000));

        Assert.Contains("CNT0101", folder.Mistakes(), StringComparison.Ordinal);
    }
}
