using System.Text.Json;

namespace Saker.Benchmarks.Soak;

/// <summary>What was sent and how it was answered, and whether a search finds that: what was acknowledged exactly once, what was not at most once, and nothing else.</summary>
internal sealed class SoakLedger(int batchEvents)
{
    private readonly Lock gate = new();
    private readonly Dictionary<long, (bool IsKept, bool Matches)> batches = [];
    private readonly Dictionary<long, (int Kept, int Unknown)> lines = [];

    public long KeptEvents { get { lock (gate) { return batches.Values.LongCount(b => b.IsKept) * batchEvents; } } }

    public int Matching { get { lock (gate) { return batches.Values.Count(b => b is { IsKept: true, Matches: true }); } } }

    /// <summary>A batch of audit events goes out: until it is kept nobody knows.</summary>
    public void Send(long batch, bool matches)
    {
        lock (gate)
        {
            batches[batch] = (false, matches);
        }
    }

    public void Keep(long batch)
    {
        lock (gate)
        {
            batches[batch] = (true, batches[batch].Matches);
        }
    }

    /// <summary>A batch of lines was sent, maybe not for the first time.</summary>
    public void Line(long batch, bool isKept)
    {
        lock (gate)
        {
            var (kept, unknown) = lines.GetValueOrDefault(batch);
            lines[batch] = isKept ? (kept + 1, unknown) : (kept, unknown + 1);
        }
    }

    /// <summary>Asks the server; the mistakes, in words.</summary>
    public async Task<IReadOnlyList<string>> CompareAsync(SoakServer server)
    {
        var mistakes = new List<string>();
        var found = await server.SearchAsync("index=kubernetes | stats count sum(annotations.item) as items sumsq(annotations.item) as squares by annotations.batch");
        var seen = new HashSet<long>();
        foreach (var row in found)
        {
            var batch = long.Parse(row.GetProperty("annotations.batch").GetString()!);
            seen.Add(batch);
            if (!batches.TryGetValue(batch, out _))
            {
                mistakes.Add($"batch {batch} was never sent");
            }
            else if (Whole(row) is { } why)
            {
                mistakes.Add($"batch {batch}: {why}");
            }
        }

        mistakes.AddRange(batches.Where(b => b.Value.IsKept && !seen.Contains(b.Key)).Select(b => $"batch {b.Key} was acknowledged and is lost"));
        await CompareLinesAsync(server, mistakes);
        return mistakes;
    }

    /// <summary>Waits for the risk events of what matched; the mistakes.</summary>
    public async Task<IReadOnlyList<string>> CompareRisksAsync(SoakServer server, TimeSpan within)
    {
        var wanted = batches.Where(b => b.Value is { IsKept: true, Matches: true }).Select(b => b.Key).ToHashSet();
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var rows = (await server.SearchAsync("index=risk | stats count by objectRef.name")).ToDictionary(r => long.Parse(r.GetProperty("objectRef.name").GetString()!["web-".Length..]), r => r.GetProperty("count").GetInt64());
            var (missing, twice) = (wanted.Count(w => !rows.ContainsKey(w)), rows.Count(r => r.Value != 1));
            if ((missing == 0 && twice == 0) || TimeProvider.System.GetElapsedTime(began) > within)
            {
                return [.. missing > 0 ? (string[])[$"{missing} of {wanted.Count} matching events have no risk event: {string.Join(", ", wanted.Where(w => !rows.ContainsKey(w)).Order().Take(5))} of {wanted.Max()}"] : [], .. twice > 0 ? (string[])[$"{twice} matching events have more than one risk event"] : []];
            }

            await Task.Delay(500);
        }
    }

    private async Task CompareLinesAsync(SoakServer server, List<string> mistakes)
    {
        var found = (await server.SearchAsync("sourcetype=soak | rex \"batch=(?<b>\\d+) line=(?<l>\\d+)\" | stats count by b l")).GroupBy(r => long.Parse(r.GetProperty("b").GetString()!))
            .ToDictionary(g => g.Key, g => g.Select(r => r.GetProperty("count").GetInt64()).ToList());
        foreach (var (batch, (kept, unknown)) in lines)
        {
            var counts = found.GetValueOrDefault(batch) ?? [];
            var copies = counts.FirstOrDefault() / LineBatch.Copies;
            if (counts.Count != (kept > 0 ? LineBatch.Different : counts.Count == 0 ? 0 : LineBatch.Different) || counts.Any(c => c != copies * LineBatch.Copies) || copies < kept || copies > kept + unknown)
            {
                mistakes.Add($"batch {batch} of lines, acknowledged {kept} times and {unknown} times without an answer: {counts.Count} different lines, {counts.Sum()} in all");
            }
        }

        mistakes.AddRange(found.Keys.Where(b => !lines.ContainsKey(b)).Select(b => $"batch {b} of lines was never sent"));
    }

    /// <summary>Why a batch is not there as it was sent, each event once; null if it is. The sums tell which of its events are there.</summary>
    private string? Whole(JsonElement row)
    {
        var (count, items, squares) = (Number(row, "count"), Number(row, "items"), Number(row, "squares"));
        double n = batchEvents - 1;
        return count == batchEvents && items == n * (n + 1) / 2 && squares == n * (n + 1) * ((2 * n) + 1) / 6 ? null : $"{count} events of {batchEvents}, the sum of their numbers is {items}";
    }

    private static double Number(JsonElement row, string name) =>
        row.GetProperty(name) is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : double.Parse(row.GetProperty(name).GetString()!, System.Globalization.CultureInfo.InvariantCulture);
}
