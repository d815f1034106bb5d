namespace Saker.Content;

/// <summary>ATT&amp;CK's tactics, and the phase of Lockheed Martin's kill chain that Splunk's build derives from each.</summary>
public static class KillChain
{
    private static readonly (string Key, string Tactic, string Phase)[] Tactics =
    [
        ("reconnaissance", "Reconnaissance", "Reconnaissance"),
        ("resource-development", "Resource Development", "Weaponization"),
        ("initial-access", "Initial Access", "Delivery"),
        ("execution", "Execution", "Installation"),
        ("persistence", "Persistence", "Installation"),
        ("privilege-escalation", "Privilege Escalation", "Exploitation"),
        ("defense-evasion", "Defense Evasion", "Exploitation"),
        ("credential-access", "Credential Access", "Exploitation"),
        ("discovery", "Discovery", "Exploitation"),
        ("lateral-movement", "Lateral Movement", "Exploitation"),
        ("collection", "Collection", "Exploitation"),
        ("command-and-control", "Command and Control", "Command and Control"),
        ("exfiltration", "Exfiltration", "Actions on Objectives"),
        ("impact", "Impact", "Actions on Objectives"),
    ];

    /// <summary>The phases of these tactics, each once, in the order of the tactics.</summary>
    public static IReadOnlyList<string> Phases(IEnumerable<string> tactics) =>
        [.. tactics.Select(name => Array.Find(Tactics, t => t.Tactic == name).Phase).OfType<string>().Distinct()];

    /// <summary>From ATT&amp;CK's short form (<c>initial-access</c>) to its name.</summary>
    internal static string TacticName(string key) => Array.Find(Tactics, t => t.Key == key).Tactic ?? key;
}
