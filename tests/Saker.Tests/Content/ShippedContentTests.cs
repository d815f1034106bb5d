using System.Text.Json;
using Saker.Content;
using Xunit;

namespace Saker.Tests.Content;

public sealed class ShippedContentTests
{
    private static readonly ContentLibrary Shipped = ContentLibrary.Load([ContentLibrary.ShippedRoot]);

    [Fact]
    public void It_stands_beside_the_program_and_has_no_mistake()
    {
        Assert.Empty(Shipped.Diagnostics.Select(d => d.ToString()));
        Assert.Equal(5, Shipped.Detections.Count);
        Assert.Equal(5, Shipped.Deployments.Count);
    }

    [Theory]
    [InlineData("3d6b1a81-367b-42d5-a925-6ef90b6b9f1e", "T1204", "Execution", "Installation", "user", "user", 49)]
    [InlineData("2f4abe6d-5991-464d-8216-f90f42999764", "T1046", "Discovery", "Exploitation", "user", "user", 49)]
    [InlineData("4d3a17b3-0a6d-4ae0-9421-46623a69c122", "T1526", "Discovery", "Exploitation", "user", "user", 49)]
    [InlineData("d2feef92-d54a-4a19-8306-b47c6ceba5b2", "T1204", "Execution", "Installation", "user", "user", 49)]
    [InlineData("efebf0c4-dcf4-496f-85a2-5ab7ad8fa876", "T1204", "Execution", "Installation", "host", "system", 25)]
    public void Each_detection_has_the_facts_that_Splunk_publishes(string id, string technique, string tactic, string phase, string field, string type, int score)
    {
        var detection = Assert.Single(Shipped.Find(id));

        Assert.Equal(DetectionType.Anomaly, detection.Type);
        Assert.Equal([technique], detection.Annotations.MitreAttackIds);
        Assert.Equal([tactic], detection.Annotations.Tactics);
        Assert.Equal([phase], detection.Annotations.KillChainPhases);
        Assert.Equal(["DE.AE"], detection.Annotations.Nist);
        Assert.Equal(["CIS 13"], detection.Annotations.Cis20);
        Assert.Equal(Schedule.Hourly, detection.Schedule);
        var risk = Assert.Single(detection.Risk!.RiskObjects);
        Assert.Equal((field, type, score), (risk.Field, risk.Type, risk.Score));
    }

    [Fact]
    public void Each_detection_is_enabled_filtered_and_tested_both_ways()
    {
        Assert.All(Shipped.Detections, detection =>
        {
            Assert.True(detection.Enabled);
            Assert.Equal("search *", Shipped.Macros.Find(detection.FilterMacro, 0)!.Definition.Content);
            Assert.All(detection.Annotations.AnalyticStories, story => Assert.Contains(Shipped.Stories, s => s.Name == story));
            Assert.Contains(detection.Tests, t => t.Expect.IsNothing);
            Assert.Contains(detection.Tests, t => !t.Expect.IsNothing);
        });
    }

    [Fact]
    public void Every_line_of_a_test_that_looks_like_JSON_is_JSON()
    {
        foreach (var test in Shipped.Detections.SelectMany(d => d.Tests))
        {
            foreach (var line in test.EventsFile is { } file ? File.ReadAllLines(file) : test.Events)
            {
                if (line.StartsWith('{'))
                {
                    JsonDocument.Parse(line).Dispose();
                }
            }
        }
    }

    [Fact]
    public void The_tuning_layer_replaces_a_filter_and_the_allowed_images_only()
    {
        var tuned = ContentLibrary.Load([ContentLibrary.ShippedRoot, ContentLibrary.TuningRoot]);

        Assert.Empty(tuned.Diagnostics.Select(d => d.ToString()));
        Assert.Equal(Shipped.Detections.Count, tuned.Detections.Count);
        var changed = tuned.Macros.All.Where(m => Shipped.Macros.Find(m.Name, m.Arguments.Count)?.Definition.Content != m.Definition.Content);
        Assert.Equal(["kube_allowed_images", "kubernetes_pod_created_in_default_namespace_filter"], changed.Select(m => m.Name).Order(StringComparer.Ordinal));
        Assert.StartsWith("search NOT (", tuned.Macros.Find("kubernetes_pod_created_in_default_namespace_filter", 0)!.Definition.Content, StringComparison.Ordinal);
    }
}
