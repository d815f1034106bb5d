using System.Text;

namespace Saker.Spl.Text;

/// <summary>The one renderer that draws a diagnostic with its line and caret.</summary>
public static class DiagnosticRenderer
{
    private const int LongestLine = 160;

    /// <summary>The diagnostic as people read it, without a trailing line break.</summary>
    public static string Render(Diagnostic diagnostic)
    {
        var text = new StringBuilder();
        text.Append($"{Word(diagnostic.Severity)}[{diagnostic.Code}]: {diagnostic.Message}\n");
        AppendPlace(text, " --> ", diagnostic.Source, diagnostic.Span);
        foreach (var place in diagnostic.Via)
        {
            text.Append($" {place.Label}\n");
            AppendPlace(text, " --> ", place.Source, place.Span);
        }

        if (diagnostic.Hint is { } hint)
        {
            text.Append($" = hint: {hint}\n");
        }

        return text.ToString().TrimEnd('\n');
    }

    /// <summary>The first line and the place only, as golden files hold it.</summary>
    public static string RenderBrief(Diagnostic diagnostic)
    {
        var (line, column) = diagnostic.Source.Locate(diagnostic.Span.Start);
        var text = new StringBuilder($"{Word(diagnostic.Severity)}[{diagnostic.Code}]: {diagnostic.Message}\n --> {line}:{column}");
        foreach (var place in diagnostic.Via)
        {
            var (viaLine, viaColumn) = place.Source.Locate(place.Span.Start);
            text.Append($"\n {place.Label} {viaLine}:{viaColumn}");
        }

        if (diagnostic.Hint is { } hint)
        {
            text.Append($"\n = hint: {hint}");
        }

        return text.ToString();
    }

    private static string Word(Severity severity) => severity.ToString().ToLowerInvariant();

    private static void AppendPlace(StringBuilder text, string arrow, SourceText source, SourceSpan span)
    {
        var (file, offset) = DiagnosticPlace.Outermost(source, span.Start);
        if (file.Content.Length == 0)
        {
            // There is nothing in it to point at: a directory, an empty search.
            text.Append($"{arrow}{file.Name}\n");
            return;
        }

        var (fileLine, fileColumn) = file.Locate(offset);
        text.Append($"{arrow}{file.Name}:{fileLine}:{fileColumn}\n");

        var (line, column) = source.Locate(span.Start);
        var content = source.Line(line);
        var length = Math.Max(1, Math.Min(span.Length, content.Length - (column - 1)));
        var from = content.Length <= LongestLine ? 0 : Math.Max(0, Math.Min(column - 1 - (LongestLine / 2), content.Length - LongestLine));
        var shown = content.Substring(from, Math.Min(LongestLine, content.Length - from));
        var caretAt = column - 1 - from;
        var label = fileLine.ToString();
        var gutter = new string(' ', label.Length);
        text.Append($"{gutter} |\n{label} | {Clean(shown)}\n{gutter} | {new string(' ', Math.Max(0, caretAt))}{new string('^', Math.Max(1, Math.Min(length, shown.Length - caretAt)))}\n");
    }

    /// <summary>Tabs become blanks so that the caret stands below its character; control characters never reach the terminal.</summary>
    private static string Clean(string line) => string.Create(line.Length, line, static (span, source) =>
    {
        for (var i = 0; i < span.Length; i++)
        {
            span[i] = char.IsControl(source[i]) ? (source[i] == '\t' ? ' ' : '\uFFFD') : source[i];
        }
    });
}
