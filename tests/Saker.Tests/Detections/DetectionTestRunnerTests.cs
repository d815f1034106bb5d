using Saker.Content;
using Saker.Detections;
using Saker.Detections.Testing;
using Xunit;

namespace Saker.Tests.Detections;

public sealed class DetectionTestRunnerTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("saker-runner").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task An_answer_that_hangs_on_the_order_of_events_fails()
    {
        // Of two events of the same time the first wins, whichever that is: the message is not the same in another order.
        var outcome = await RunAsync("`kube_container_falco` shell | dedup user | table user container_name");

        Assert.Equal(TestVerdict.Failed, outcome.Verdict);
        Assert.Contains(outcome.Reasons, r => r.StartsWith("reorder (reversed): gives other risk events", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Lines_of_text_keep_their_ids_in_any_order()
    {
        var outcome = await RunAsync("`kube_container_falco` shell | table user container_name");

        Assert.Equal((TestVerdict.Passed, ""), (outcome.Verdict, string.Join('\n', outcome.Reasons)));
        Assert.Equal(["duplicate", "reorder (reversed)", "reorder (shuffled)", "late"], outcome.Variants.Select(v => v.Name));
        Assert.Equal(TestVerdict.Skipped, outcome.Variants[0].Verdict);
    }

    [Fact]
    public async Task A_search_that_cannot_be_planned_fails_with_its_place()
    {
        var outcome = await RunAsync("`kube_container_falco` | stast count");

        Assert.Equal(TestVerdict.Failed, outcome.Verdict);
        Assert.Contains("unknown command `stast`", Assert.Single(outcome.Reasons), StringComparison.Ordinal);
    }

    private async Task<TestOutcome> RunAsync(string search)
    {
        var path = Path.Combine(directory, "shells.yml");
        // At one time, so that "newest first" does not decide which comes first.
        var second = search.Contains("dedup", StringComparison.Ordinal) ? "10:11:18.691725165" : "10:12:18.000000000";
        await File.WriteAllTextAsync(path, $$"""
            name: Shells
            id: 0d7bd7a5-3f2b-4b7f-8a3b-9a4a3c8c2b09
            version: 1
            date: '2026-03-02'
            author: Saker
            status: production
            type: Anomaly
            description: Shells.
            data_source: []
            search: '{{search}} | `shells_filter`'
            how_to_implement: Send them.
            known_false_positives: Some.
            rba:
              message: $user$ opened a shell in $container_name$
              risk_objects:
              - {field: user, type: user, score: 25}
              threat_objects: []
            tags:
              analytic_story: []
              asset_type: Kubernetes
              mitre_attack_id: [T1204]
              product: [Splunk Enterprise]
              security_domain: endpoint
            tests:
            - name: Two shells
              sourcetype: kube:container:falco
              events:
              - '2026-03-02T10:11:18.691725165+0000: Notice A shell was spawned in a container (user=root process=bash container_name=cart)'
              - '2026-03-02T{{second}}+0000: Notice A shell was spawned in a container (user=root process=sh container_name=wiki)'
              expect:
                risk_events:
                - {object: root, type: user, score: 25}
            {{(search.Contains("dedup", StringComparison.Ordinal) ? "" : "    - {object: root, type: user, score: 25}")}}
            """, TestContext.Current.CancellationToken);
        var content = ContentLibrary.Load([ContentLibrary.ShippedRoot, path]);
        Assert.Empty(content.Diagnostics.Select(d => d.ToString()));
        return Assert.Single(await new DetectionTestRunner(content, new ScanSettings()).RunAsync(content.Find("shells").Single(), TestContext.Current.CancellationToken));
    }
}
