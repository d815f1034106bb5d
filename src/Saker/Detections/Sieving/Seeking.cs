using Saker.Spl.Scanning;

namespace Saker.Detections.Sieving;

/// <summary>What is sought in every line before any is walked: texts that predicates cannot do without, and keys whose values tell what is possible.</summary>
/// <param name="Texts">At most 64: what predicates need.</param>
/// <param name="Keys">Sought besides; the values behind them say which predicates are possible. None where texts tell enough.</param>
/// <param name="Needs">For each predicate, the sets of texts of which a line must have one each.</param>
/// <param name="Roots">For each predicate, the keys without which it does not hold and that many lines lack: looked for only in lines that have its literals.</param>
internal sealed record Seeking(IReadOnlyList<string> Texts, IReadOnlyList<SoughtKey> Keys, ulong[][] Needs, byte[][][] Roots)
{
    private const string Head = "{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/";
    private const string Stamp = "\"stageTimestamp\"";

    /// <summary>What to seek: the texts, the keys, what tells that a line is not to be trusted.</summary>
    public IReadOnlyList<Literal> Literals { get; } =
    [
        .. Texts.Select(t => new Literal(t)),
        .. Keys.Select(k => new Literal(k.Text, LiteralKind.Key)),
        new Literal(Stamp, LiteralKind.Mark),
        new Literal("audit.k8s.io/truncated", LiteralKind.Veil),

        // These two letters equal an s and a k in another case.
        new Literal("\u017F", LiteralKind.Veil),
        new Literal("\u212A", LiteralKind.Veil),

        // What begins another object in the line.
        new Literal("}{", LiteralKind.Veil),
        new Literal("} ", LiteralKind.Veil),

        // A key and its value are sought as one: no space, and none behind a space, may part them.
        new Literal("\": ", LiteralKind.White),
        new Literal("\" :", LiteralKind.White),
        new Literal("\"  ", LiteralKind.White),
        new Literal(Head, LiteralKind.Head),
    ];

    /// <summary>For each text, the predicates of which it meets the first need.</summary>
    public int[][] First { get; } =
        [.. Texts.Select((_, text) => Enumerable.Range(0, Needs.Length).Where(p => Needs[p].Length > 0 && (Needs[p][0] >> text & 1) != 0).ToArray())];
}

/// <summary>A key whose value is taken wherever it stands: <c>verb":</c>, and the fields whose names end in it.</summary>
internal sealed record SoughtKey(string Text, IReadOnlyList<string> Fields);
