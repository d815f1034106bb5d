using System.Text.Json;

namespace Saker.Benchmarks.Comparison;

/// <summary>
/// What a contestant found: for each question either the rows, each as text and in order, or only how many there are. Two answers agree
/// where they say the same of every question that both answer.
/// </summary>
internal sealed class Answer
{
    public const string Events = "events";

    private const int DifferencesShown = 3;

    private readonly SortedDictionary<string, (long Count, IReadOnlyList<string>? Rows)> questions = new(StringComparer.Ordinal);

    public Answer Add(string question, long count)
    {
        questions[question] = (count, null);
        return this;
    }

    public Answer Add(string question, IEnumerable<string> rows)
    {
        string[] sorted = [.. rows.Order(StringComparer.Ordinal)];
        questions[question] = (sorted.Length, sorted);
        return this;
    }

    /// <summary>
    /// Rows as JSON lines: the column <c>detection</c> says which question they answer, else <paramref name="question"/> does. Of the others those in
    /// <paramref name="columns"/> count, as text; all of them where none are named.
    /// </summary>
    public static Answer OfJsonLines(IEnumerable<string> lines, IReadOnlyList<string> possible, Func<string, IReadOnlyList<string>> columns, string question)
    {
        var rows = possible.ToDictionary(q => q, _ => new List<string>());
        foreach (var line in lines.Where(l => l.Length > 0))
        {
            using var row = JsonDocument.Parse(line);
            var to = row.RootElement.TryGetProperty("detection", out var named) ? named.GetString()! : question;
            rows[to].Add(RowText(row.RootElement, columns(to)));
        }

        var answer = new Answer();
        foreach (var (to, found) in rows)
        {
            answer.Add(to, found);
        }

        return answer;
    }

    /// <summary>The rows that answer a question, in order.</summary>
    public IReadOnlyList<string> RowsOf(string question) => questions[question].Rows ?? [];

    /// <summary>Takes over what another answer says of questions that this one does not know yet.</summary>
    public void Learn(Answer other)
    {
        foreach (var (question, found) in other.questions)
        {
            questions.TryAdd(question, found);
        }
    }

    /// <summary>How this answer differs from another; null where they agree.</summary>
    public string? DifferenceFrom(Answer other)
    {
        foreach (var (question, (count, rows)) in questions)
        {
            if (!other.questions.TryGetValue(question, out var theirs))
            {
                continue;
            }

            if (rows is not null && theirs.Rows is not null && !rows.SequenceEqual(theirs.Rows))
            {
                var more = rows.Except(theirs.Rows).Take(DifferencesShown).Select(r => $"\n  only here:  {r}");
                var less = theirs.Rows.Except(rows).Take(DifferencesShown).Select(r => $"\n  only there: {r}");
                return $"{question}: {count} rows here, {theirs.Count} there{string.Concat(more)}{string.Concat(less)}";
            }

            if (count != theirs.Count)
            {
                return $"{question}: {count} here, {theirs.Count} there";
            }
        }

        return null;
    }

    private static string RowText(JsonElement row, IReadOnlyList<string> columns) => string.Join(
        " | ",
        columns.Select(column => $"{column}={(row.TryGetProperty(column, out var value) ? value.ToString() : "")}"));
}
