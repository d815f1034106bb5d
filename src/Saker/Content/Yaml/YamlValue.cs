using Saker.Spl.Text;
using YamlDotNet.Core;

namespace Saker.Content.Yaml;

/// <summary>A YAML node with its place in the file. Nothing is resolved: a scalar keeps its text, so <c>1.10</c> stays what it was.</summary>
internal abstract record YamlValue(SourceSpan Span)
{
    /// <summary>What the node is, as error texts say it.</summary>
    public abstract string Kind { get; }
}

/// <param name="Text">The value after folding and unescaping.</param>
/// <param name="Style">How it is written, which decides how its offsets map to the file's.</param>
/// <param name="Span">From the first quote, character or block indicator to the end.</param>
internal sealed record YamlScalar(string Text, ScalarStyle Style, SourceSpan Span) : YamlValue(Span)
{
    public bool IsNull => Style == ScalarStyle.Plain && Text is "" or "~" or "null" or "Null" or "NULL";

    public override string Kind => IsNull ? "nothing" : "a text";
}

internal sealed record YamlList(IReadOnlyList<YamlValue> Items, SourceSpan Span) : YamlValue(Span)
{
    public override string Kind => "a list";
}

internal sealed record YamlMap(IReadOnlyList<YamlEntry> Entries, SourceSpan Span) : YamlValue(Span)
{
    public override string Kind => "a mapping";

    public YamlEntry? Find(string key)
    {
        foreach (var entry in Entries)
        {
            if (entry.Key.Text == key)
            {
                return entry;
            }
        }

        return null;
    }
}

internal sealed record YamlEntry(YamlScalar Key, YamlValue Value);
