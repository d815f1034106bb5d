using Saker.Spl.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Saker.Content.Yaml;

/// <summary>
/// Reads a file of one YAML document into <see cref="YamlValue"/>s. Works on parser events: no reflection, and each node keeps its offsets.
/// </summary>
internal sealed class YamlDocument
{
    /// <summary>Content is at most six levels deep; a bomb of brackets must not reach the stack's end.</summary>
    private const int DeepestLevel = 64;

    private readonly SourceText file;
    private readonly ICollection<Diagnostic> diagnostics;
    private readonly Parser parser;
    private readonly Dictionary<AnchorName, YamlValue> anchors = [];

    private YamlDocument(SourceText file, ICollection<Diagnostic> diagnostics)
    {
        this.file = file;
        this.diagnostics = diagnostics;
        parser = new Parser(new StringReader(file.Content));
    }

    /// <summary>The document's mapping, or null with a diagnostic.</summary>
    public static YamlMap? Read(SourceText file, ICollection<Diagnostic> diagnostics)
    {
        var document = new YamlDocument(file, diagnostics);
        try
        {
            return document.ReadDocument();
        }
        catch (YamlException error)
        {
            diagnostics.Add(ContentErrors.Syntax(file, Span(error.Start, error.End), Reason(error)));
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException or IndexOutOfRangeException)
        {
            // The scanner throws these on some malformed input, an unclosed bracket before a quote for one.
            diagnostics.Add(ContentErrors.Syntax(file, document.LastPlace(), "a bracket or quote is left open here"));
        }

        return null;
    }

    private SourceSpan LastPlace() => parser.Current is { } last ? Span(last.Start, last.End) : default;

    private YamlMap? ReadDocument()
    {
        parser.Consume<StreamStart>();
        if (!parser.TryConsume<DocumentStart>(out _))
        {
            diagnostics.Add(ContentErrors.NotOneMapping(file, default, "the file is empty"));
            return null;
        }

        var root = ReadValue(0);
        parser.Consume<DocumentEnd>();
        if (root is not YamlMap map)
        {
            diagnostics.Add(ContentErrors.NotOneMapping(file, root.Span, $"expected a mapping of keys, found {root.Kind}"));
            return null;
        }

        if (parser.TryConsume<DocumentStart>(out var second))
        {
            diagnostics.Add(ContentErrors.NotOneMapping(file, Span(second.Start, second.End), "a file holds one document; this starts a second"));
            return null;
        }

        return map;
    }

    private YamlValue ReadValue(int level)
    {
        var next = parser.Current ?? throw new YamlException("unexpected end of the file");
        if (level > DeepestLevel)
        {
            throw new YamlException(next.Start, next.End, $"nested more than {DeepestLevel} levels deep");
        }

        if (parser.TryConsume<AnchorAlias>(out var alias))
        {
            return anchors.GetValueOrDefault(alias.Value) ?? throw new YamlException(alias.Start, alias.End, $"no anchor &{alias.Value} stands before *{alias.Value}");
        }

        var anchor = (next as NodeEvent)?.Anchor ?? AnchorName.Empty;
        YamlValue value = next switch
        {
            Scalar => ReadScalar(),
            SequenceStart => ReadList(level),
            MappingStart => ReadMap(level),
            _ => throw new YamlException(next.Start, next.End, "expected a value"),
        };
        if (!anchor.IsEmpty)
        {
            anchors[anchor] = value;
        }

        return value;
    }

    private YamlScalar ReadScalar()
    {
        var scalar = parser.Consume<Scalar>();
        return new YamlScalar(scalar.Value, scalar.Style, Span(scalar.Start, scalar.End));
    }

    private YamlList ReadList(int level)
    {
        var start = parser.Consume<SequenceStart>();
        var items = new List<YamlValue>();
        while (!parser.Accept<SequenceEnd>(out _))
        {
            items.Add(ReadValue(level + 1));
        }

        return new YamlList(items, Span(start.Start, parser.Consume<SequenceEnd>().End));
    }

    private YamlMap ReadMap(int level)
    {
        var start = parser.Consume<MappingStart>();
        var entries = new List<YamlEntry>();
        while (!parser.Accept<MappingEnd>(out _))
        {
            if (ReadValue(level + 1) is not YamlScalar key)
            {
                throw new YamlException(start.Start, start.End, "a key is a text");
            }

            var value = ReadValue(level + 1);
            if (entries.Find(e => e.Key.Text == key.Text) is { } first)
            {
                diagnostics.Add(ContentErrors.DuplicateKey(file, key.Span, key.Text, first.Key.Span));
                entries.Remove(first);
            }

            entries.Add(new YamlEntry(key, value));
        }

        return new YamlMap(entries, Span(start.Start, parser.Consume<MappingEnd>().End));
    }

    private static SourceSpan Span(Mark start, Mark end) => SourceSpan.Between((int)start.Index, (int)end.Index);

    /// <summary>The parser's message without the position that some of its versions put before it.</summary>
    private static string Reason(YamlException error)
    {
        var text = error.Message;
        var colon = text.StartsWith('(') ? text.IndexOf("): ", StringComparison.Ordinal) : -1;
        text = colon < 0 ? text : text[(colon + 3)..];
        return text.TrimEnd('.');
    }
}
