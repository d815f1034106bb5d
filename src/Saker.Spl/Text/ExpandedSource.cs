namespace Saker.Spl.Text;

/// <summary>
/// A search after its macros were expanded, which still knows where each piece came from, so that a mistake inside a macro
/// is shown in the macro and in the search that uses it.
/// </summary>
public sealed class ExpandedSource
{
    private readonly List<Segment> segments = [];
    private readonly System.Text.StringBuilder text = new();
    private string? finished;

    public ExpandedSource(SourceText root) => Root = root;

    /// <summary>The search as written.</summary>
    public SourceText Root { get; }

    internal int TextLength => text.Length;

    public string Text => finished ??= text.ToString();

    /// <summary>A source without macros.</summary>
    public static ExpandedSource Plain(SourceText source)
    {
        var expanded = new ExpandedSource(source);
        expanded.Append(source, 0, source.Content.Length, null);
        return expanded;
    }

    /// <summary>Appends a piece of <paramref name="source"/> as it stands there.</summary>
    internal void Append(SourceText source, int start, int length, MacroCall? call)
    {
        if (length > 0)
        {
            segments.Add(new Segment(text.Length, length, source, start, length, call));
            text.Append(source.Content, start, length);
        }
    }

    /// <summary>Appends text that replaces <paramref name="length"/> characters of <paramref name="source"/> (an argument's value).</summary>
    internal void AppendReplacement(string replacement, SourceText source, int start, int length, MacroCall? call)
    {
        if (replacement.Length > 0)
        {
            segments.Add(new Segment(text.Length, replacement.Length, source, start, length, call) { Fixed = true });
            text.Append(replacement);
        }
    }

    /// <summary>A diagnostic whose span of expanded text is told in the search and, where it came from one, in the macro.</summary>
    public Diagnostic Diagnose(string code, string message, SourceSpan span, string? hint = null, Severity severity = Severity.Error)
    {
        var (source, sourceSpan, call) = Locate(span);
        var via = new List<DiagnosticPlace>();
        for (var outer = call; outer is not null; outer = outer.Outer)
        {
            via.Add(new DiagnosticPlace($"in macro `{outer.Name}`, used here", outer.Source, outer.Span));
        }

        return new Diagnostic(code, severity, message, source, sourceSpan, hint) { Via = via };
    }

    /// <summary>A text that stands in a span of this one in another form (unquoted); all of it has that place.</summary>
    internal ExpandedSource Piece(string text, SourceSpan span)
    {
        var (source, place, call) = Locate(span);
        var piece = new ExpandedSource(Root);
        piece.AppendReplacement(text, source, place.Start, place.Length, call);
        return piece;
    }

    private (SourceText Source, SourceSpan Span, MacroCall? Call) Locate(SourceSpan span)
    {
        if (segments.Count == 0)
        {
            return (Root, new SourceSpan(0, 0), null);
        }

        var segment = segments[^1];
        foreach (var candidate in segments)
        {
            if (span.Start < candidate.ExpandedStart + candidate.ExpandedLength)
            {
                segment = candidate;
                break;
            }
        }

        if (segment.Fixed)
        {
            return (segment.Source, new SourceSpan(segment.Start, segment.Length), segment.Call);
        }

        var offset = Math.Clamp(span.Start - segment.ExpandedStart, 0, segment.Length);
        var length = Math.Min(span.Length, segment.Length - offset);
        return (segment.Source, new SourceSpan(segment.Start + offset, length), segment.Call);
    }

    private sealed record Segment(int ExpandedStart, int ExpandedLength, SourceText Source, int Start, int Length, MacroCall? Call)
    {
        public bool Fixed { get; init; }
    }
}

/// <summary>A place where a macro is used, and the macro that this place stands in, if any.</summary>
public sealed record MacroCall(string Name, SourceText Source, SourceSpan Span, MacroCall? Outer)
{
    public int Depth { get; } = (Outer?.Depth ?? 0) + 1;
}
