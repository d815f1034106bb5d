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
    public int[][] First { get; } = [.. Texts.Select((_, text) => Needing(Needs, text))];

    /// <summary>Each set of texts that some predicate needs one of, and the predicates that do without.</summary>
    public SharedNeed[] ByNeed()
    {
        var byNeed = new List<SharedNeed>();
        for (var predicate = 0; predicate < Needs.Length; predicate++)
        {
            foreach (var need in Needs[predicate])
            {
                var shared = byNeed.Find(n => n.Alternatives == need);
                if (shared is null)
                {
                    byNeed.Add(shared = new SharedNeed(need, PredicateMask.All(Needs.Length)));
                }

                shared.Others[predicate >> 6] &= ~(1UL << predicate);
            }
        }

        return [.. byNeed];
    }

    private static int[] Needing(ulong[][] needs, int text)
    {
        var predicates = new List<int>();
        for (var predicate = 0; predicate < needs.Length; predicate++)
        {
            if (needs[predicate].Length > 0 && (needs[predicate][0] >> text & 1) != 0)
            {
                predicates.Add(predicate);
            }
        }

        return [.. predicates];
    }
}

/// <summary>A key whose value is taken wherever it stands: <c>verb":</c>, and the fields whose names end in it.</summary>
internal sealed record SoughtKey(string Text, IReadOnlyList<string> Fields);

/// <summary>Texts, a bit each, of which a line must have one, and the predicates that do without: all that are left where it has none.</summary>
internal sealed record SharedNeed(ulong Alternatives, ulong[] Others);
