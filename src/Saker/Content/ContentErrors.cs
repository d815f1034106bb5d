using Saker.Spl.Text;

namespace Saker.Content;

/// <summary>Every mistake that content can hold, with its stable code. The texts stand here and nowhere else.</summary>
internal static class ContentErrors
{
    public static Diagnostic Syntax(SourceText file, SourceSpan span, string reason) =>
        Error("CNT0101", file, span, $"this is not YAML: {LowerFirst(reason)}");

    public static Diagnostic NotOneMapping(SourceText file, SourceSpan span, string reason) => Error("CNT0102", file, span, reason);

    public static Diagnostic DuplicateKey(SourceText file, SourceSpan span, string key, SourceSpan first) =>
        Warning("CNT0103", file, span, $"`{key}` stands twice in this mapping", "the later one counts, as in Splunk's own build") with { Via = [new("first here", file, first)] };

    public static Diagnostic MissingKey(SourceText file, SourceSpan span, string path) =>
        Error("CNT0104", file, span, $"`{path}` is missing");

    public static Diagnostic WrongType(SourceText file, SourceSpan span, string path, string expected, string found) =>
        Error("CNT0105", file, span, $"`{path}` should be {expected}, not {found}");

    public static Diagnostic UnknownKey(SourceText file, SourceSpan span, string path, string? closest) =>
        Warning("CNT0106", file, span, $"unknown key `{path}`", closest is null ? null : $"did you mean `{closest}`?");

    public static Diagnostic BadId(SourceText file, SourceSpan span, string text) =>
        Error("CNT0107", file, span, $"`{text}` is not a UUID", "write it as 8-4-4-4-12 hexadecimal digits");

    public static Diagnostic BadScore(SourceText file, SourceSpan span, string path, string text) =>
        Error("CNT0108", file, span, $"`{path}` should be a number from 1 to 100, not `{text}`");

    public static Diagnostic ScoreMismatch(SourceText file, SourceSpan span, int score, int confidence, int impact) =>
        Warning("CNT0108", file, span, $"`risk_score` is {score}, but confidence {confidence} x impact {impact} / 100 is {confidence * impact / 100}", "the risk score as written is used");

    public static Diagnostic Duplicate(SourceText file, SourceSpan span, string what, SourceText firstFile, SourceSpan firstSpan) =>
        Error("CNT0109", file, span, $"{what} is defined twice in this content root; this one is left out") with { Via = [new("first here", firstFile, firstSpan)] };

    public static Diagnostic NoRoot(SourceText file, string reason, string? hint = null) => Error("CNT0110", file, default, reason, hint);

    public static Diagnostic UnknownValue(SourceText file, SourceSpan span, string path, string text, IEnumerable<string> known) =>
        Error("CNT0111", file, span, $"`{path}` cannot be `{text}`", DidYouMean(text, known));

    public static Diagnostic BadCron(SourceText file, SourceSpan span, string text) =>
        Error("CNT0112", file, span, $"`{text}` is not a cron schedule", "five fields: minute, hour, day of month, month, day of week");

    public static Diagnostic BadTimeModifier(SourceText file, SourceSpan span, string path, string text) =>
        Error("CNT0113", file, span, $"`{path}`: `{text}` is not a time modifier", "for example -70m@m, -1d@d, now");

    public static Diagnostic NoSearch(SourceText file, SourceSpan span) => Error("CNT0114", file, span, "the search is empty");

    public static Diagnostic BadDate(SourceText file, SourceSpan span, string path, string text) =>
        Error("CNT0115", file, span, $"`{path}`: `{text}` is not a date", "write it as 2024-05-12");

    public static Diagnostic UnknownTechnique(SourceText file, SourceSpan span, string id) =>
        Warning("CNT0116", file, span, $"`{id}` is not a technique of ATT&CK", "its tactic and kill chain phase stay empty");

    public static Diagnostic NoFilterMacro(SourceText file, SourceSpan span, string macro) =>
        Warning("CNT0117", file, span, $"the search does not use its filter macro `{macro}`", "end the search with it, so that users can filter without editing the search");

    public static Diagnostic MissingFile(SourceText file, SourceSpan span, string path) => Error("CNT0118", file, span, $"there is no file `{path}`");

    public static Diagnostic BadTest(SourceText file, SourceSpan span, string reason, string? hint = null) => Error("CNT0119", file, span, reason, hint);

    public static Diagnostic UnknownKind(SourceText file, SourceSpan span) =>
        Error("CNT0120", file, span, "cannot tell what this file defines", "a detection has `search`, a macro `definition`, a lookup `lookup_type`, a story `narrative`, a deployment `scheduling`");

    public static Diagnostic BadPeriod(SourceText file, SourceSpan span, string path, string text) =>
        Error("CNT0121", file, span, $"`{path}`: `{text}` is not a period", "a number and s, m or h: 3600s");

    public static Diagnostic Unreadable(SourceText file, string reason) => Error("CNT0122", file, default, $"cannot read this file: {LowerFirst(reason)}");

    public static Diagnostic HardlyMeant(SourceText search, string remark) => Warning("CNT0133", search, new SourceSpan(0, 1), remark, null);

    public static Diagnostic UnknownField(SourceText search, SourceSpan span, string field, string data, string? near) =>
        Warning("CNT0134", search, span, $"no data source has the field `{field}`: {data} do not carry it", near is null ? "if yours do, list it in a data source's `fields`" : $"did you mean `{near}`?");

    public static Diagnostic FilterOfNothing(SourceText definition, string macro, string? near) =>
        Warning("CNT0135", definition, new SourceSpan(0, 1), $"`{macro}` filters nothing: there is no such detection", near is null ? "a filter is named after its detection's file" : $"did you mean `{near}`?");

    public static Diagnostic FilterNotUsed(SourceText definition, string macro, string detection) =>
        Warning("CNT0136", definition, new SourceSpan(0, 1), $"`{macro}` filters nothing: the search of {detection} does not use it", "end the search with it");

    public static Diagnostic BadException(SourceText file, SourceSpan span, string reason) => Error("CNT0137", file, span, reason);

    public static Diagnostic BadContextRow(SourceText file, SourceSpan span, string reason) => Error("CNT0138", file, span, reason, "see docs/content.md for the columns of this lookup");

    private static string DidYouMean(string text, IEnumerable<string> known)
    {
        var all = known.ToList();
        return Spelling.Closest(text, all) is { } closest ? $"did you mean `{closest}`?" : $"one of {string.Join(", ", all)}";
    }

    private static Diagnostic Error(string code, SourceText file, SourceSpan span, string message, string? hint = null) =>
        new(code, Severity.Error, message, file, span, hint);

    private static Diagnostic Warning(string code, SourceText file, SourceSpan span, string message, string? hint) =>
        new(code, Severity.Warning, message, file, span, hint);

    private static string LowerFirst(string text) => text.Length > 1 && char.IsLower(text[1]) ? char.ToLowerInvariant(text[0]) + text[1..] : text;
}
