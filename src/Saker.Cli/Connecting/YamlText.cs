namespace Saker.Cli.Connecting;

/// <summary>Writes texts into YAML.</summary>
internal static class YamlText
{
    /// <summary>As a double-quoted scalar, unless it is a plain word.</summary>
    public static string Quote(string text) =>
        text.Length > 0 && char.IsAsciiLetter(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '/') && text is not ("true" or "false" or "null" or "yes" or "no" or "on" or "off")
            ? text
            : Always(text);

    /// <summary>As a double-quoted scalar, which JSON's strings are.</summary>
    public static string Always(string text) => '"' + System.Text.Json.JsonEncodedText.Encode(text, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString() + '"';

    /// <summary>On one line of a comment.</summary>
    public static string Comment(string text) => string.Concat(text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' or '\u0085' ? ' ' : c));
}
