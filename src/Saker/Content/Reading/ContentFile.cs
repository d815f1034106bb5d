using Saker.Spl.Text;

namespace Saker.Content.Reading;

internal enum ContentKind
{
    Detection,
    Macro,
    Lookup,
    Story,
    Deployment,
    DataSource,
    Baseline,
    Exception,
}

/// <summary>A YAML file of a content root.</summary>
/// <param name="Path">As found below the root, as error texts show it.</param>
/// <param name="Root">The root's place in the list of roots; later ones win.</param>
/// <param name="Kind">What its folder says it is; null where only the file itself can tell.</param>
/// <param name="Retired">deprecated or removed, by its folder.</param>
internal sealed record ContentFile(string Path, int Root, ContentKind? Kind, ContentStatus? Retired);

/// <summary>A file that was read: its thing, unless it holds an error, and the names by which a later root replaces it.</summary>
internal sealed record ContentItem(ContentFile File, SourceText Text, object? Value, IReadOnlyList<string> Keys, SourceSpan NameSpan, IReadOnlyList<Diagnostic> Diagnostics);
