using System.Globalization;

namespace Saker.Content.Reading;

/// <summary>Reads a file of <c>exceptions/</c>: <c>detection</c>, <c>fields</c>, <c>cluster</c>, <c>action</c>, <c>reason</c>, <c>author</c>, <c>starts</c>, <c>expires</c>.</summary>
internal static class ExceptionReader
{
    private static readonly Dictionary<string, ExceptionAction> Actions = new() { ["hide"] = ExceptionAction.Hide, ["ignore"] = ExceptionAction.Ignore };

    public static RiskException Read(MappingReader reader)
    {
        var name = reader.RequiredText("name");
        var id = reader.Id("id", required: false);
        var fields = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        if (reader.Mapping("fields") is { } mapping)
        {
            foreach (var entry in mapping.Map.Entries)
            {
                fields[entry.Key.Text] = mapping.Texts(entry.Key.Text);
            }
        }

        var exception = new RiskException
        {
            Id = id.Length > 0 ? id : name,
            Name = name,
            Detection = reader.RequiredText("detection"),
            Fields = fields,
            Clusters = reader.Texts("cluster"),
            Action = reader.OneOf("action", Actions, required: false),
            Reason = reader.RequiredText("reason"),
            Author = reader.Text("author"),
            Starts = Time(reader, "starts"),
            Expires = Time(reader, "expires"),
        };
        reader.Skip("version", "date", "creation_date", "modification_date", "description");
        if (exception.Mistake() is { } mistake && exception.Detection.Length > 0 && exception.Reason.Length > 0)
        {
            reader.Report(ContentErrors.BadException(reader.File, reader.KeySpan(reader.Has("fields") ? "fields" : "name"), mistake));
        }

        return exception;
    }

    private static DateTimeOffset? Time(MappingReader reader, string key)
    {
        if (reader.Scalar(key) is not { } text)
        {
            return null;
        }

        if (DateTimeOffset.TryParse(text.Text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
        {
            return time;
        }

        reader.Report(ContentErrors.BadDate(reader.File, text.Span, reader.PathOf(key), text.Text));
        return null;
    }
}
