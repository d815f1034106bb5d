namespace Saker.Generate;

/// <summary>
/// JSON with places to fill: <c>{"name":"«name»"}</c>. Line breaks are left out, so that a long object reads well here and is one line there.
/// </summary>
internal sealed class Template
{
    /// <summary>Text, name, text, name, …, text.</summary>
    private readonly string[] pieces;

    public Template(string text)
    {
        this.pieces = text.ReplaceLineEndings("").Split('«', '»');
    }

    /// <summary>The JSON with every place filled; the values are JSON already.</summary>
    public string Fill(params ReadOnlySpan<(string Name, string Value)> values)
    {
        var pieces = (string[])this.pieces.Clone();
        for (var i = 1; i < pieces.Length; i += 2)
        {
            pieces[i] = Value(pieces[i], values);
        }

        return string.Concat(pieces);
    }

    private static string Value(string name, ReadOnlySpan<(string Name, string Value)> values)
    {
        foreach (var value in values)
        {
            if (value.Name == name)
            {
                return value.Value;
            }
        }

        throw new ArgumentException($"Nothing to fill «{name}» with.", nameof(name));
    }
}
