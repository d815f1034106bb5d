namespace Saker.Stores.ClickHouse;

/// <summary>
/// Tells ClickHouse's errors apart. Only what is known to lie in the data is a refusal: a batch that is refused loses an event to the dead letters,
/// while one that must wait waits in the journal.
/// </summary>
internal static class ClickHouseErrors
{
    // Numbers of ClickHouse's ErrorCodes.cpp.
    private static readonly Dictionary<int, string> OfData = new()
    {
        [6] = "CANNOT_PARSE_TEXT",
        [20] = "NUMBER_OF_COLUMNS_DOESNT_MATCH",
        [26] = "CANNOT_PARSE_QUOTED_STRING",
        [27] = "CANNOT_PARSE_INPUT_ASSERTION_FAILED",
        [33] = "CANNOT_READ_ALL_DATA",
        [38] = "CANNOT_PARSE_DATE",
        [41] = "CANNOT_PARSE_DATETIME",
        [53] = "TYPE_MISMATCH",
        [69] = "ARGUMENT_OUT_OF_BOUND",
        [70] = "CANNOT_CONVERT_TYPE",
        [72] = "CANNOT_PARSE_NUMBER",
        [117] = "INCORRECT_DATA",
        [128] = "TOO_LARGE_ARRAY_SIZE",
        [131] = "TOO_LARGE_STRING_SIZE",
        [321] = "VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE",
        [407] = "DECIMAL_OVERFLOW",
        [469] = "VIOLATED_CONSTRAINT",
    };

    // For people: why the store has to wait.
    private static readonly Dictionary<int, string> OfState = new()
    {
        [60] = "a table is missing",
        [81] = "the database is missing",
        [159] = "it took too long",
        [164] = "it takes no writes",
        [192] = "the user is unknown",
        [193] = "the password is wrong",
        [194] = "a password is needed",
        [201] = "a quota is used up",
        [202] = "it is busy",
        [241] = "its memory is used up",
        [242] = "a table takes no writes",
        [243] = "its disk is full",
        [252] = "it cannot merge as fast as it takes",
        [497] = "the user may not do this",
        [516] = "user or password is wrong",
        [745] = "it is overloaded",
    };

    /// <summary>The exception for an answer that is an error.</summary>
    /// <param name="code">ClickHouse's number; 0 where it gave none.</param>
    /// <param name="text">What it said.</param>
    public static Exception Of(int code, string text)
    {
        text = Shorten(text);
        return OfData.TryGetValue(code, out var name)
            ? new StoreRefusedException($"the store refused the data ({name}): {text}")
            : new StoreUnavailableException($"the store cannot do it now{(OfState.TryGetValue(code, out var why) ? $": {why}" : "")}: {text}");
    }

    /// <summary>The message without the stack and the query; both may quote data.</summary>
    private static string Shorten(string text)
    {
        // Rows may stand before it.
        text = text[Math.Max(0, text.LastIndexOf("Code: ", StringComparison.Ordinal))..];
        var end = text.AsSpan().IndexOfAny('\r', '\n');
        text = (end < 0 ? text : text[..end]).Trim();
        return text.Length > 500 ? text[..500] + "…" : text;
    }
}
