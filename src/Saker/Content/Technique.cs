namespace Saker.Content;

/// <summary>A technique of MITRE ATT&amp;CK.</summary>
/// <param name="Id"><c>T1204</c>, <c>T1059.004</c>.</param>
/// <param name="Name">As ATT&amp;CK names it; the id itself where the table lacks it.</param>
/// <param name="Tactics">Names in the order of the matrix: <c>Initial Access</c>.</param>
public sealed record Technique(string Id, string Name, IReadOnlyList<string> Tactics);
