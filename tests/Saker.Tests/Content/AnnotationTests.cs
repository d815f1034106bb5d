using Saker.Content;
using Xunit;

namespace Saker.Tests.Content;

public sealed class AnnotationTests
{
    [Fact]
    public void Tactic_kill_chain_and_controls_come_from_technique_type_and_domain()
    {
        var ttp = Load(Fixtures.GenerationA);
        Assert.Equal(new Technique("T1059.004", "Unix Shell", ["Execution"]).Name, Assert.Single(ttp.Techniques).Name);
        Assert.Equal(["Execution"], ttp.Tactics);
        Assert.Equal(["Installation"], ttp.KillChainPhases);
        Assert.Equal(["DE.CM"], ttp.Nist);
        Assert.Equal(["CIS 10"], ttp.Cis20);

        var anomaly = Load(Fixtures.GenerationB);
        Assert.Equal(["Discovery"], anomaly.Tactics);
        Assert.Equal(["Exploitation"], anomaly.KillChainPhases);
        Assert.Equal(["DE.AE"], anomaly.Nist);
        Assert.Equal(["CIS 13"], anomaly.Cis20);
    }

    [Fact]
    public void A_file_may_state_them_itself()
    {
        var stated = Load(Fixtures.GenerationB.Replace(
            "  security_domain: network",
            "  security_domain: network\n  kill_chain_phases: [Reconnaissance]\n  nist: [DE.CM]\n  cis20: [CIS 8]\n  tactics: [Impact]",
            StringComparison.Ordinal));

        Assert.Equal(["Reconnaissance"], stated.KillChainPhases);
        Assert.Equal(["DE.CM"], stated.Nist);
        Assert.Equal(["CIS 8"], stated.Cis20);
        Assert.Equal(["Impact"], stated.Tactics);
    }

    [Fact]
    public void The_table_holds_a_tactic_with_a_kill_chain_phase_for_every_technique()
    {
        Assert.InRange(TechniqueTable.All.Count(), 680, 1000);
        Assert.All(TechniqueTable.All, t => Assert.NotEmpty(KillChain.Phases(t.Tactics)));
        Assert.Equal(["Persistence", "Privilege Escalation", "Defense Evasion"], TechniqueTable.Find("T1574.002")!.Tactics);
        Assert.Equal(["Command and Control"], TechniqueTable.Find("T1001")!.Tactics);
    }

    [Theory]
    [InlineData("attack.T1046", true)]
    [InlineData("t1046", true)]
    [InlineData("T104", false)]
    [InlineData("discovery", true)]
    [InlineData("kubernetes security", true)]
    [InlineData("Kubernetes*", true)]
    [InlineData("T1059", false)]
    public void Tags_are_techniques_tactics_and_stories(string tag, bool has)
    {
        using var folder = new ContentFolder().With("detections/pods_listed.yml", Fixtures.GenerationB);

        Assert.Equal(has, Assert.Single(folder.Load().Detections).HasTag(tag));
    }

    private static Annotations Load(string yaml)
    {
        using var folder = new ContentFolder().With("detections/pods_listed.yml", yaml);
        return Assert.Single(folder.Load().Detections).Annotations;
    }
}
