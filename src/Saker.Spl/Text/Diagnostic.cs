namespace Saker.Spl.Text;

public enum Severity
{
    Error,
    Warning,
    Note,
}

/// <summary>A mistake or a remark with its place. <c>Code</c> is stable (<c>SPL0102</c>); <c>Hint</c> says what to do.</summary>
public sealed record Diagnostic(
    string Code,
    Severity Severity,
    string Message,
    SourceText Source,
    SourceSpan Span,
    string? Hint = null)
{
    /// <summary>The chain of places from the inside out: the macro that holds the mistake, the search that uses the macro.</summary>
    public IReadOnlyList<DiagnosticPlace> Via { get; init; } = [];

    /// <summary>The message with its place on one line: <c>file:3:8: error SPL0102: expected a positive integer</c>.</summary>
    public override string ToString()
    {
        var (file, offset) = DiagnosticPlace.Outermost(Source, Span.Start);
        var (line, column) = file.Locate(offset);
        return $"{file.Name}:{line}:{column}: {Severity.ToString().ToLowerInvariant()} {Code}: {Message}";
    }
}

/// <summary>A further place of a diagnostic, with what it is ("in macro `kube_audit`", "used here").</summary>
public sealed record DiagnosticPlace(string Label, SourceText Source, SourceSpan Span)
{
    /// <summary>The file behind an embedded text, with the offset in it; the text itself when it stands alone.</summary>
    public static (SourceText File, int Offset) Outermost(SourceText source, int offset) =>
        source.Origin is { } origin ? Outermost(origin.File, origin.MapOffset(offset)) : (source, offset);
}
