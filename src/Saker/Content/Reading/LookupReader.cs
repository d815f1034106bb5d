using Saker.Content.Yaml;

namespace Saker.Content.Reading;

/// <summary>Reads a lookup's definition: with <c>lookup_type</c>, or in the older form with <c>filename</c> or <c>collection</c>.</summary>
internal static class LookupReader
{
    private static readonly Dictionary<string, LookupKind> Kinds = new(StringComparer.OrdinalIgnoreCase)
    {
        ["csv"] = LookupKind.Csv,
        ["kvstore"] = LookupKind.KvStore,
        ["mlmodel"] = LookupKind.MlModel,
    };

    private static readonly string[] MatchTypes = ["EXACT", "WILDCARD", "CIDR"];

    private static readonly string[] TimeKeys = ["time_format", "max_offset_secs", "min_offset_secs"];

    public static Lookup Read(MappingReader reader)
    {
        var filename = reader.Scalar("filename");
        var collection = reader.Scalar("collection")?.Text;
        var kind = filename is not null ? LookupKind.Csv
            : collection is not null ? LookupKind.KvStore
            : reader.OneOf("lookup_type", Kinds, required: true);
        var lookup = new Lookup
        {
            Name = reader.RequiredText("name"),
            Kind = kind,
            File = reader.File,
            Description = reader.Text("description"),
            RowsPath = RowsPath(reader, kind, filename?.Text),
            Collection = kind == LookupKind.KvStore ? collection ?? reader.Text("name") : null,
            Fields = Fields(reader),
            IsCaseSensitive = reader.Flag("case_sensitive_match") ?? true,
            Matches = [.. reader.Scalars("match_type").SelectMany(s => s.Text.Split(',').Select(m => Match(reader, s, m)))],
            MinMatches = reader.Integer("min_matches") ?? 0,
            MaxMatches = reader.Integer("max_matches"),
            DefaultMatch = reader.Scalar("default_match")?.Text,
            TimeField = TimeField(reader),
            TimeFormat = reader.Scalar("time_format")?.Text.Trim(),
            MaxOffsetSeconds = Seconds(reader, "max_offset_secs"),
            MinOffsetSeconds = Seconds(reader, "min_offset_secs") ?? 0,
        };
        reader.Skip("lookup_type", "id", "version", "date", "creation_date", "modification_date", "author", "status");
        return lookup;
    }

    private static string? RowsPath(MappingReader reader, LookupKind kind, string? filename)
    {
        if (kind == LookupKind.KvStore)
        {
            return null;
        }

        var yaml = reader.File.Name;
        var path = filename is not null
            ? Path.Combine(Path.GetDirectoryName(yaml) ?? "", filename.Trim())
            : Path.ChangeExtension(yaml, kind == LookupKind.Csv ? ".csv" : ".mlmodel");
        if (!File.Exists(path))
        {
            reader.Report(ContentErrors.MissingFile(reader.File, filename is null ? reader.ValueSpan("name") : reader.ValueSpan("filename"), path));
        }

        return path;
    }

    /// <summary>A list, or in the older form one text: <c>fields_list: _key, filter</c>.</summary>
    private static IReadOnlyList<string> Fields(MappingReader reader) =>
        [.. reader.Scalars("fields").Concat(reader.Scalars("fields_list")).SelectMany(s => s.Text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];

    private static LookupMatch Match(MappingReader reader, YamlScalar scalar, string text)
    {
        var open = text.IndexOf('(');
        var type = open < 0 ? MatchTypes[0] : text[..open].Trim().ToUpperInvariant();
        if (!MatchTypes.Contains(type))
        {
            reader.Report(ContentErrors.UnknownValue(reader.File, scalar.Span, reader.PathOf("match_type"), text.Trim(), MatchTypes.Select(t => $"{t}(field)")));
        }

        return new LookupMatch(text[(open + 1)..].Trim(' ', ')'), type);
    }

    /// <summary>The field that holds the rows' time; what is said of time without it would be said in vain.</summary>
    private static string? TimeField(MappingReader reader)
    {
        var field = reader.Text("time_field");
        if (field.Length == 0 && TimeKeys.FirstOrDefault(reader.Has) is { } key)
        {
            reader.Report(ContentErrors.MissingKey(reader.File, reader.KeySpan(key), reader.PathOf("time_field")));
        }

        return field.Length == 0 ? null : field;
    }

    private static int? Seconds(MappingReader reader, string key)
    {
        var seconds = reader.Integer(key);
        if (seconds < 0)
        {
            reader.Report(ContentErrors.WrongType(reader.File, reader.ValueSpan(key), reader.PathOf(key), "a number of seconds", $"`{seconds}`"));
        }

        return seconds;
    }
}
