using System.Text.RegularExpressions;
using Saker.Spl.Functions;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary>A regular expression as an argument of rex and regex: in quotes, or bare up to white space.</summary>
internal static class RegexArgument
{
    public static string Read(CommandReader reader)
    {
        if (reader.Peek() == '"')
        {
            return reader.ReadQuoted('"');
        }

        var start = reader.Position;
        var end = start;
        while (end < reader.End && !char.IsWhiteSpace(reader.Text[end]))
        {
            end++;
        }

        reader.Seek(end);
        return reader.Text[start..end];
    }

    /// <summary>Compiles it, or tells what is wrong at its place.</summary>
    public static Regex Check(string pattern, CommandReader reader, SourceSpan place)
    {
        try
        {
            return RegexText.Compile(pattern);
        }
        catch (ArgumentException mistake)
        {
            throw reader.Fail("SPL0135", $"this regular expression cannot be read: {mistake.Message}", place, "a backslash before \" or \\ in quotes takes that character: \\\\\\\\ matches one backslash");
        }
    }
}
