using System.Globalization;
using System.Text;

namespace Saker.Cli.Output;

/// <summary>How many cells of a terminal a text takes: two for wide scripts and emoji, none for marks that join the letter before.</summary>
internal static class CellWidth
{
    public static int Of(string text)
    {
        if (Ascii.IsValid(text))
        {
            return text.Length;
        }

        var width = 0;
        var elements = StringInfo.GetTextElementEnumerator(text);
        while (elements.MoveNext())
        {
            width += OfElement(elements.GetTextElement());
        }

        return width;
    }

    /// <summary>The text with blanks up to so many cells.</summary>
    public static string Pad(string text, int cells) => text + new string(' ', Math.Max(0, cells - Of(text)));

    /// <summary>The beginning of the text that fits, with an ellipsis if something is left out; no letter is cut apart.</summary>
    public static string Cut(string text, int cells)
    {
        if (Of(text) <= cells)
        {
            return text;
        }

        var (cut, width) = (new StringBuilder(), 0);
        var elements = StringInfo.GetTextElementEnumerator(text);
        while (elements.MoveNext() && width + OfElement(elements.GetTextElement()) < cells)
        {
            width += OfElement(elements.GetTextElement());
            cut.Append(elements.GetTextElement());
        }

        return cut.Append('…').ToString();
    }

    /// <summary>How many characters of the text's beginning fit into so many cells; the first letter always does.</summary>
    public static int Fitting(string text, int cells)
    {
        var (end, width) = (0, 0);
        var elements = StringInfo.GetTextElementEnumerator(text);
        while (elements.MoveNext())
        {
            width += OfElement(elements.GetTextElement());
            if (width > cells && end > 0)
            {
                break;
            }

            end = elements.ElementIndex + elements.GetTextElement().Length;
        }

        return end;
    }

    // A flag, a family or a letter with its marks is one element: as wide as its widest part.
    private static int OfElement(string element) => element.Contains('\uFE0F') ? 2 : element.EnumerateRunes().Max(OfRune);

    private static int OfRune(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format or UnicodeCategory.Control
        ? 0
        : IsWide(rune.Value) ? 2 : 1;

    // East Asian Width W and F of the Unicode standard's annex 11, by their blocks.
    private static bool IsWide(int c) => c is (>= 0x1100 and <= 0x115F) or (>= 0x231A and <= 0x231B) or (>= 0x23E9 and <= 0x23EC) or 0x23F0 or 0x23F3 or (>= 0x25FD and <= 0x25FE) or (>= 0x2614 and <= 0x2615)
        or (>= 0x2648 and <= 0x2653) or 0x267F or 0x2693 or 0x26A1 or (>= 0x26AA and <= 0x26AB) or (>= 0x26BD and <= 0x26BE) or (>= 0x26C4 and <= 0x26C5) or 0x26CE or 0x26D4 or 0x26EA
        or (>= 0x26F2 and <= 0x26F3) or 0x26F5 or 0x26FA or 0x26FD or 0x2705 or (>= 0x270A and <= 0x270B) or 0x2728 or 0x274C or 0x274E or (>= 0x2753 and <= 0x2755) or 0x2757
        or (>= 0x2795 and <= 0x2797) or 0x27B0 or 0x27BF or (>= 0x2B1B and <= 0x2B1C) or 0x2B50 or 0x2B55 or (>= 0x2E80 and <= 0x303E) or (>= 0x3041 and <= 0x33FF) or (>= 0x3400 and <= 0x4DBF)
        or (>= 0x4E00 and <= 0x9FFF) or (>= 0xA000 and <= 0xA4CF) or (>= 0xA960 and <= 0xA97F) or (>= 0xAC00 and <= 0xD7A3) or (>= 0xF900 and <= 0xFAFF) or (>= 0xFE10 and <= 0xFE19)
        or (>= 0xFE30 and <= 0xFE6F) or (>= 0xFF01 and <= 0xFF60) or (>= 0xFFE0 and <= 0xFFE6) or (>= 0x16FE0 and <= 0x18DFF) or (>= 0x1AFF0 and <= 0x1B2FF) or 0x1F004 or 0x1F0CF or 0x1F18E
        or (>= 0x1F191 and <= 0x1F19A) or (>= 0x1F1E6 and <= 0x1F202) or (>= 0x1F210 and <= 0x1F23B) or (>= 0x1F240 and <= 0x1F248) or (>= 0x1F250 and <= 0x1F251) or (>= 0x1F260 and <= 0x1F265)
        or (>= 0x1F300 and <= 0x1F64F) or (>= 0x1F680 and <= 0x1F6FF) or (>= 0x1F7E0 and <= 0x1F7EB) or (>= 0x1F900 and <= 0x1F9FF) or (>= 0x1FA70 and <= 0x1FAFF) or (>= 0x20000 and <= 0x3FFFD);
}
