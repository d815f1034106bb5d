using System.Text;

namespace Saker.Spl.Execution;

/// <summary>Comma-separated text as RFC 4180 has it: quotes around a value double the quotes in it and may hold line breaks.</summary>
public static class CsvText
{
    /// <summary>All records; blank lines are none. A last record without a line break counts; an unclosed quote runs to the end.</summary>
    public static IEnumerable<List<string>> Read(TextReader text)
    {
        var record = new List<string>();
        var value = new StringBuilder();
        var (quoted, any) = (false, false);
        for (var c = text.Read(); c >= 0; c = text.Read())
        {
            if (quoted)
            {
                if (c != '"')
                {
                    value.Append((char)c);
                }
                else if (text.Peek() == '"')
                {
                    text.Read();
                    value.Append('"');
                }
                else
                {
                    quoted = false;
                }

                continue;
            }

            switch (c)
            {
                case '"' when value.Length == 0:
                    (quoted, any) = (true, true);
                    break;
                case ',':
                    record.Add(value.ToString());
                    value.Clear();
                    any = true;
                    break;
                case '\r' when text.Peek() == '\n':
                    break;
                case '\n' or '\r':
                    if (any || value.Length > 0)
                    {
                        record.Add(value.ToString());
                        yield return record;
                        record = [];
                    }

                    value.Clear();
                    any = false;
                    break;
                case ' ' or '\t' when value.Length == 0:
                    // Published tables have blanks after their commas: they are no part of an unquoted value.
                    break;
                default:
                    value.Append((char)c);
                    break;
            }
        }

        if (any || value.Length > 0)
        {
            record.Add(value.ToString());
            yield return record;
        }
    }

    /// <summary>A table whose first record names the columns. Blanks before a value and around a column's name go; an empty value is absent.</summary>
    /// <param name="text">The records.</param>
    /// <param name="splitsLines">Whether a value of several lines is several values, as a key-value store's table is written.</param>
    public static LookupTable ReadTable(TextReader text, bool splitsLines = false)
    {
        List<string>? columns = null;
        var rows = new List<Value[]>();
        foreach (var record in Read(text))
        {
            if (columns is null)
            {
                columns = [.. record.Select(name => name.Trim(' ', '\t', '\uFEFF'))];
                continue;
            }

            var row = new Value[columns.Count];
            for (var i = 0; i < Math.Min(row.Length, record.Count); i++)
            {
                row[i] = record[i].Length == 0 ? Value.Null : splitsLines && record[i].Contains('\n') ? Value.OfMany([.. record[i].Split('\n').Select(Value.Of)]) : Value.Of(record[i]);
            }

            rows.Add(row);
        }

        return columns is null ? LookupTable.Empty : new LookupTable(columns, rows);
    }

    public static void WriteTable(TextWriter text, LookupTable table)
    {
        WriteRecord(text, table.Columns);
        foreach (var row in table.Rows)
        {
            WriteRecord(text, row.Select(v => v.Text));
        }
    }

    private static void WriteRecord(TextWriter text, IEnumerable<string> values)
    {
        var first = true;
        foreach (var value in values)
        {
            if (!first)
            {
                text.Write(',');
            }

            first = false;
            text.Write(value.AsSpan().ContainsAny(",\"\r\n") || value.StartsWith(' ') || value.EndsWith(' ') ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : value);
        }

        text.Write('\n');
    }
}
