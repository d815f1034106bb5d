using System.Globalization;

namespace Saker.Content.Reading;

/// <summary>Reads <c>throttling: {fields: [user], period: 86400s}</c>.</summary>
internal static class ThrottlingReader
{
    public static Throttling? Read(MappingReader tags)
    {
        if (tags.Mapping("throttling") is not { } mapping)
        {
            return null;
        }

        var fields = mapping.Texts("fields");
        if (fields.Count == 0)
        {
            mapping.Report(ContentErrors.MissingKey(mapping.File, mapping.KeySpan("fields"), mapping.PathOf("fields")));
        }

        var throttling = new Throttling(fields, Period(mapping));
        mapping.ReportUnknownKeys();
        return throttling;
    }

    private static TimeSpan Period(MappingReader mapping)
    {
        if (mapping.RequiredScalar("period") is not { } scalar)
        {
            return default;
        }

        var text = scalar.Text.Trim();
        if (text.Length > 1 && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            switch (text[^1])
            {
                case 's':
                    return TimeSpan.FromSeconds(number);
                case 'm':
                    return TimeSpan.FromMinutes(number);
                case 'h':
                    return TimeSpan.FromHours(number);
            }
        }

        mapping.Report(ContentErrors.BadPeriod(mapping.File, scalar.Span, mapping.PathOf("period"), scalar.Text));
        return default;
    }
}
