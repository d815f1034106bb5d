namespace Saker.Spl.Syntax;

/// <summary>A field name or a pattern of names with <c>*</c>, as <c>fields</c>, <c>rename</c> and <c>stats</c> take it. Case-sensitive.</summary>
public sealed record FieldPattern(string Text)
{
    public bool IsWildcard => Text.Contains('*');

    public bool Matches(string name) => TryCapture(name, out _);

    /// <summary>Matches a name and gives what each <c>*</c> stood for.</summary>
    public bool TryCapture(string name, out string[] captures)
    {
        var parts = Text.Split('*');
        captures = new string[parts.Length - 1];
        return name.StartsWith(parts[0], StringComparison.Ordinal) && Capture(parts, 1, name, parts[0].Length, captures);
    }

    /// <summary>This pattern with each <c>*</c> replaced by what the other pattern's captured.</summary>
    public string Fill(string[] captures)
    {
        var parts = Text.Split('*');
        var text = new System.Text.StringBuilder(parts[0]);
        for (var i = 1; i < parts.Length; i++)
        {
            text.Append(captures.Length == 0 ? "*" : captures[Math.Min(i - 1, captures.Length - 1)]).Append(parts[i]);
        }

        return text.ToString();
    }

    private static bool Capture(string[] parts, int part, string name, int from, string[] captures)
    {
        if (part == parts.Length)
        {
            return from == name.Length;
        }

        var isLast = part == parts.Length - 1;
        for (var at = isLast ? name.Length - parts[part].Length : name.IndexOf(parts[part], from, StringComparison.Ordinal);
             at >= from;
             at = isLast || at >= name.Length ? -1 : name.IndexOf(parts[part], at + 1, StringComparison.Ordinal))
        {
            if (string.CompareOrdinal(name, at, parts[part], 0, parts[part].Length) == 0)
            {
                captures[part - 1] = name[from..at];
                if (Capture(parts, part + 1, name, at + parts[part].Length, captures))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
