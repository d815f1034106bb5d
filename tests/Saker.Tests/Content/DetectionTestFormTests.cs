using Saker.Content;
using Xunit;

namespace Saker.Tests.Content;

public sealed class DetectionTestFormTests
{
    [Fact]
    public void Inline_events_become_lines_of_JSON_or_text()
    {
        var test = Load("""
            tests:
            - name: hit
              source: kubernetes
              events:
              - {"verb": "list", "code": 403, "big": 12345678901234567890, "t": "007", "ok": true, "none": null, "a": ["x\"y", {"b": 1.50}]}
              - verb: get
                user: {username: alice}
              - 'user=root process=sh'
              expect:
                rows: 2
            """);

        Assert.Equal(
            [
                """{"verb":"list","code":403,"big":12345678901234567890,"t":"007","ok":true,"none":null,"a":["x\"y",{"b":1.50}]}""",
                """{"verb":"get","user":{"username":"alice"}}""",
                "user=root process=sh",
            ],
            test.Events);
        Assert.Equal("kubernetes", test.Source);
        Assert.Null(test.Sourcetype);
        Assert.Equal(2, test.Expect.Rows);
        Assert.Null(test.Expect.RiskEvents);
    }

    [Fact]
    public void Events_may_stand_in_a_file_beside_the_detection()
    {
        var test = Load("tests:\n- name: hit\n  file: pods.ndjson\n  expect: none\n");

        Assert.EndsWith(Path.Combine("detections", "pods.ndjson"), test.EventsFile, StringComparison.Ordinal);
        Assert.True(test.Expect.IsNothing);
    }

    [Fact]
    public void Risk_events_state_what_they_care_about()
    {
        var test = Load("tests:\n- name: hit\n  events: [a]\n  expect:\n    risk_events:\n    - {object: alice, type: user, score: 49}\n    - message: hello\n");

        Assert.Equal([new("alice", "user", 49, null), new(null, null, null, "hello")], test.Expect.RiskEvents);
        Assert.False(test.Expect.IsNothing);
    }

    [Theory]
    [InlineData("- name: t\n  expect: none", "40:3: error CNT0119: test `t` has no events")]
    [InlineData("- name: t\n  events: [a]", "40:3: error CNT0119: the test does not say what it expects")]
    [InlineData("- name: t\n  events: [a]\n  expect: some", "42:11: error CNT0119: `tests[0].expect` is neither `none` nor a mapping")]
    [InlineData("- name: t\n  file: gone.ndjson\n  expect: none", "41:9: error CNT0118: there is no file `detections/gone.ndjson`")]
    [InlineData("- name: t\n  events: [a]\n  expect: {row: 1}", "42:12: warning CNT0106: unknown key `tests[0].expect.row`\ndetections/pods_listed.yml:42:3: error CNT0119: the test does not say what it expects")]
    public void A_test_that_tests_nothing_is_a_mistake(string test, string expected)
    {
        using var folder = new ContentFolder().With("detections/pods_listed.yml", Fixtures.GenerationB + "\ntests:\n" + test);

        Assert.Equal(Lines("detections/pods_listed.yml:" + expected), Lines(folder.Mistakes()));
    }

    private static IEnumerable<string> Lines(string text) => text.Split('\n').Order();

    private static DetectionTest Load(string tests)
    {
        using var folder = new ContentFolder().With("detections/pods_listed.yml", Fixtures.GenerationB + "\n" + tests).With("detections/pods.ndjson", "{}\n");
        var library = folder.Load();
        Assert.Empty(library.Diagnostics.Select(d => d.ToString()));
        return Assert.Single(Assert.Single(library.Detections).Tests);
    }
}
