using System.Globalization;
using Saker.Content.Yaml;
using Saker.Spl.Text;

namespace Saker.Content;

/// <summary>
/// Typed access to the keys of a YAML mapping. A wrong type or a missing key becomes a diagnostic and a default, so that one pass finds
/// all mistakes. The keys that were asked for are the known ones: <see cref="ReportUnknownKeys"/> needs no second list.
/// </summary>
internal sealed class MappingReader(YamlMap map, SourceText file, ICollection<Diagnostic> diagnostics, string path = "", SourceSpan place = default)
{
    private readonly HashSet<string> asked = new(StringComparer.Ordinal);

    public SourceText File => file;

    public YamlMap Map => map;

    /// <summary>The key that holds this mapping; the file's first character for the whole document.</summary>
    public SourceSpan Place => place;

    public void Report(Diagnostic diagnostic) => diagnostics.Add(diagnostic);

    public string PathOf(string key) => path.Length == 0 ? key : $"{path}.{key}";

    public bool Has(string key) => map.Find(key) is { Value: not YamlScalar { IsNull: true } };

    public SourceSpan KeySpan(string key) => map.Find(key)?.Key.Span ?? place;

    public SourceSpan ValueSpan(string key) => map.Find(key)?.Value.Span ?? place;

    /// <summary>The value under a key; null when it is absent or written as nothing.</summary>
    public YamlValue? Value(string key)
    {
        asked.Add(key);
        return map.Find(key)?.Value is { } value and not YamlScalar { IsNull: true } ? value : null;
    }

    public YamlScalar? Scalar(string key)
    {
        var value = Value(key);
        return value is null or YamlScalar ? (YamlScalar?)value : Wrong<YamlScalar>(PathOf(key), "a text", value);
    }

    public YamlScalar? RequiredScalar(string key)
    {
        var value = Scalar(key);
        if (value is null && !Has(key))
        {
            Report(ContentErrors.MissingKey(file, KeySpan(key), PathOf(key)));
        }

        return value;
    }

    public string Text(string key) => Scalar(key)?.Text.Trim() ?? "";

    public string RequiredText(string key) => RequiredScalar(key)?.Text.Trim() ?? "";

    public int? Integer(string key)
    {
        if (Scalar(key) is not { } scalar)
        {
            return null;
        }

        if (int.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        Report(ContentErrors.WrongType(file, scalar.Span, PathOf(key), "a whole number", $"`{scalar.Text}`"));
        return null;
    }

    public bool? Flag(string key)
    {
        var scalar = Scalar(key);
        switch (scalar?.Text.Trim().ToLowerInvariant())
        {
            case null:
                return null;
            case "true" or "yes" or "1":
                return true;
            case "false" or "no" or "0":
                return false;
            default:
                Report(ContentErrors.WrongType(file, scalar.Span, PathOf(key), "true or false", $"`{scalar.Text}`"));
                return null;
        }
    }

    public DateOnly? Date(string key)
    {
        var scalar = Scalar(key);
        if (scalar is null)
        {
            return null;
        }

        if (DateOnly.TryParseExact(scalar.Text.Trim(), "yyyy-M-d", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            return date;
        }

        Report(ContentErrors.BadDate(file, scalar.Span, PathOf(key), scalar.Text));
        return null;
    }

    /// <summary>A UUID in lower case; empty when it is missing or bad.</summary>
    public string Id(string key, bool required)
    {
        var scalar = required ? RequiredScalar(key) : Scalar(key);
        if (scalar is null)
        {
            return "";
        }

        if (Guid.TryParseExact(scalar.Text.Trim(), "D", out var id))
        {
            return id.ToString("D");
        }

        Report(ContentErrors.BadId(file, scalar.Span, scalar.Text));
        return "";
    }

    /// <summary>A list of texts; one text alone is a list of one.</summary>
    public IReadOnlyList<YamlScalar> Scalars(string key)
    {
        switch (Value(key))
        {
            case null:
                return [];
            case YamlScalar one:
                return [one];
            case YamlList list:
                var scalars = list.Items.OfType<YamlScalar>().Where(s => !s.IsNull).ToList();
                foreach (var item in list.Items.Where(i => i is not YamlScalar))
                {
                    Wrong<YamlScalar>(PathOf(key), "a list of texts", item);
                }

                return scalars;
            case var other:
                Wrong<YamlScalar>(PathOf(key), "a list", other);
                return [];
        }
    }

    public IReadOnlyList<string> Texts(string key) => [.. Scalars(key).Select(s => s.Text.Trim())];

    public MappingReader? Mapping(string key) => Value(key) switch
    {
        null => null,
        YamlMap inner => new MappingReader(inner, file, diagnostics, PathOf(key), KeySpan(key)),
        var other => Wrong<MappingReader>(PathOf(key), "a mapping", other),
    };

    /// <summary>A list of mappings; one mapping alone is a list of one.</summary>
    public IReadOnlyList<MappingReader> Mappings(string key)
    {
        switch (Value(key))
        {
            case null:
                return [];
            case YamlMap one:
                return [new MappingReader(one, file, diagnostics, PathOf(key), KeySpan(key))];
            case YamlList list:
                return [.. list.Items.Select((item, i) => Item(item, $"{PathOf(key)}[{i}]")).OfType<MappingReader>()];
            case var other:
                Wrong<MappingReader>(PathOf(key), "a list of mappings", other);
                return [];
        }
    }

    /// <summary>Keys that are part of the format and mean nothing here.</summary>
    public void Skip(params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            asked.Add(key);
        }
    }

    public void ReportUnknownKeys()
    {
        foreach (var entry in map.Entries)
        {
            if (!asked.Contains(entry.Key.Text))
            {
                Report(ContentErrors.UnknownKey(file, entry.Key.Span, PathOf(entry.Key.Text), Spelling.Closest(entry.Key.Text, asked)));
            }
        }
    }

    private MappingReader? Item(YamlValue item, string itemPath) => item is YamlMap inner
        ? new MappingReader(inner, file, diagnostics, itemPath, new SourceSpan(inner.Span.Start, 1))
        : Wrong<MappingReader>(itemPath, "a mapping", item);

    private T? Wrong<T>(string where, string expected, YamlValue found)
        where T : class
    {
        Report(ContentErrors.WrongType(file, new SourceSpan(found.Span.Start, 1), where, expected, found.Kind));
        return null;
    }
}
