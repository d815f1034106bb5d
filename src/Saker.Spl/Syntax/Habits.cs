namespace Saker.Spl.Syntax;

/// <summary>What people bring along from SQL and other languages, and how SPL says it.</summary>
internal static class Habits
{
    private static readonly (string Text, string Message, string Hint)[] InExpressions =
    [
        ("=>", "`=>` is no operator", "write >="),
        ("=<", "`=<` is no operator", "write <="),
        ("=~", "`=~` is no operator", "write match(field, \"regex\")"),
        ("<>", "`<>` is no operator", "write !="),
        ("&&", "`&&` is no operator", "write AND"),
        ("~", "`~` is no operator", "write match(field, \"regex\")"),
        ("IS NOT NULL", "IS NOT NULL is SQL", "write isnotnull(field)"),
        ("IS NULL", "IS NULL is SQL", "write isnull(field)"),
        ("NOT IN", "NOT stands before the field", "write NOT field IN (\"a\", \"b\")"),
        ("NOT LIKE", "NOT stands before the field", "write NOT field LIKE \"a%\""),
        ("IN [", "the list of IN stands in parentheses", "write field IN (\"a\", \"b\")"),
        ("BETWEEN", "BETWEEN is SQL", "write field>=1 AND field<=9"),
        ("LIMIT", "LIMIT is SQL", "write | head 10"),
        ("ORDER BY", "ORDER BY is SQL", "write | sort field"),
        ("GROUP BY", "GROUP BY is SQL", "write | stats count BY field"),
        (",", "a condition takes no comma", "join conditions with AND or OR"),
    ];

    private static readonly Dictionary<string, string> Commands = new(StringComparer.OrdinalIgnoreCase)
    {
        ["select"] = "use `table` or `fields`",
        ["project"] = "use `fields`",
        ["filter"] = "use `search` or `where`",
        ["group"] = "use `stats count BY field`",
        ["count"] = "use `stats count`",
        ["order"] = "use `sort`",
        ["limit"] = "use `head`",
        ["take"] = "use `head`",
        ["distinct"] = "use `dedup field`, or `stats values(field)`",
        ["unique"] = "use `dedup`",
        ["grep"] = "use `search` or `regex`",
        ["extend"] = "use `eval`",
        ["let"] = "use `eval`",
        ["set_field"] = "use `eval`",
        ["sum"] = "use `stats sum(field)`",
        ["avg"] = "use `stats avg(field)`",
        ["drop"] = "use `fields - name`",
    };

    // Commands whose names, as bare words in a search, mean that a pipe was forgotten.
    private static readonly HashSet<string> Unmistakable = new(StringComparer.Ordinal)
    {
        "stats", "eventstats", "streamstats", "timechart", "tstats", "mstats", "eval", "fillnull", "dedup", "rex", "iplocation", "inputlookup", "outputlookup", "spath", "mvexpand", "makemv",
    };

    /// <summary>What stands at a place where an expression cannot go on, if it is such a habit.</summary>
    public static (string Message, string Hint)? At(string text, int position, int end)
    {
        foreach (var (habit, message, hint) in InExpressions)
        {
            if (Matches(text, position, end, habit))
            {
                return (message, hint);
            }
        }

        return null;
    }

    /// <summary>What to use in place of a command that SPL does not have.</summary>
    public static string? Command(string name) => Commands.GetValueOrDefault(name);

    public static bool IsForgottenPipe(string word) => Unmistakable.Contains(word);

    /// <summary>Any case; a blank in the habit is any white space; a word ends where it ends.</summary>
    private static bool Matches(string text, int position, int end, string habit)
    {
        foreach (var c in habit)
        {
            if (c == ' ')
            {
                while (position < end && char.IsWhiteSpace(text[position]))
                {
                    position++;
                }
            }
            else if (position >= end || char.ToUpperInvariant(text[position++]) != c)
            {
                return false;
            }
        }

        return !char.IsAsciiLetter(habit[^1]) || position >= end || !(char.IsAsciiLetterOrDigit(text[position]) || text[position] == '_');
    }
}
