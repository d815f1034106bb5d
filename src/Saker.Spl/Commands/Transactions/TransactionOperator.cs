using Saker.Spl.Execution;

namespace Saker.Spl.Commands;

/// <summary>Goes through events from the newest to the oldest, as Splunk does: an end opens a transaction, a start closes it.</summary>
internal sealed class TransactionOperator(Transaction command, SearchContext context) : Operator
{
    private readonly int[] fields = [.. command.Fields.Select(context.Fields.Slot)];
    private readonly int time = context.Fields.Slot(EventFields.Time);
    private readonly RowPredicate? isStart = command.StartsWith?.Compile(context);
    private readonly RowPredicate? isEnd = command.EndsWith?.Compile(context);
    private readonly double maxSpan = Seconds(command.MaxSpan);
    private readonly double maxPause = Seconds(command.MaxPause);

    // Open transactions by the values of their fields; those without any are only in the list.
    private readonly Dictionary<(int Slot, Value Value), List<OpenTransaction>> index = [];
    private readonly LinkedList<OpenTransaction> open = [];

    public override RowStream Run(RowStream input)
    {
        var columns = input.Columns.With(Transaction.Duration, Transaction.EventCount, Transaction.Closed);
        return new RowStream(command.KeepOrphans ? columns.With(Transaction.Orphan) : columns, HeldRows.Deferred(() => Group(input.Rows)));
    }

    private IEnumerable<Row> Group(IEnumerable<Row> rows)
    {
        var found = new List<OpenTransaction>();
        var orphans = new List<Row>();
        foreach (var row in rows.Hold(context, "transaction").OrderByDescending(TimeOf))
        {
            context.Cancellation.ThrowIfCancellationRequested();
            if (fields.Length > 0 && Array.TrueForAll(fields, f => row[f].IsNull))
            {
                orphans.Add(row);
                continue;
            }

            Add(row, found);
        }

        foreach (var rest in open)
        {
            rest.IsClosed = false;
            found.Add(rest);
        }

        var transactions = found.Where(t => command.KeepEvicted || !IsEvicted(t)).Select(ToRow);
        orphans.AddRange(found.Where(t => !command.KeepEvicted && IsEvicted(t)).SelectMany(t => t.Rows));
        var all = command.KeepOrphans ? transactions.Concat(orphans.Select(MarkOrphan)) : transactions;
        return all.OrderByDescending(TimeOf);
    }

    private void Add(Row row, List<OpenTransaction> found)
    {
        var when = TimeOf(row);
        // Those opened first hold the newest events: they are the first that no further event can join.
        while (open.First?.Value is { } oldest && oldest.Latest - when > maxSpan)
        {
            Close(oldest, found);
        }

        var transaction = Find(row);
        var ends = isEnd?.Invoke(row) == true;
        if (transaction is not null && (ends || transaction.Earliest - when > maxPause))
        {
            Close(transaction, found);
            transaction = null;
        }

        if (transaction is null)
        {
            transaction = new OpenTransaction { Latest = when, HasEnd = isEnd is null || ends };
            transaction.Place = open.AddLast(transaction);
        }

        transaction.Rows.Add(row);
        transaction.Earliest = when;
        foreach (var field in fields)
        {
            foreach (var value in row[field].Values)
            {
                if (transaction.Values.Add((field, value)))
                {
                    Remember(field, value, transaction);
                }
            }
        }

        transaction.HasStart = isStart?.Invoke(row) == true;
        if (transaction.HasStart || transaction.Rows.Count >= command.MaxEvents)
        {
            Close(transaction, found);
        }
    }

    private void Remember(int field, Value value, OpenTransaction transaction)
    {
        if (!index.TryGetValue((field, value), out var list))
        {
            index[(field, value)] = list = [];
        }

        list.Add(transaction);
        context.Memory.Take(ValueCodec.Size(value) + 120, "transaction");
    }

    /// <summary>The open transaction that the event fits: no field contradicts, and one at least agrees (<c>connected</c>).</summary>
    private OpenTransaction? Find(Row row)
    {
        if (fields.Length == 0)
        {
            return open.Last?.Value;
        }

        foreach (var field in fields)
        {
            foreach (var value in row[field].Values)
            {
                if (index.TryGetValue((field, value), out var candidates) && candidates.FindLast(c => Fits(c, row)) is { } agreeing)
                {
                    return agreeing;
                }
            }
        }

        // By one field, every transaction has a value of it: none can be joined without sharing it.
        return command.Connected || fields.Length == 1 ? null : open.LastOrDefault(t => Fits(t, row));
    }

    private bool Fits(OpenTransaction transaction, Row row) => Array.TrueForAll(fields, field =>
    {
        if (row[field].IsNull || !transaction.Values.Any(v => v.Slot == field))
        {
            return true;
        }

        foreach (var value in row[field].Values)
        {
            if (transaction.Values.Contains((field, value)))
            {
                return true;
            }
        }

        return false;
    });

    private void Close(OpenTransaction transaction, List<OpenTransaction> found)
    {
        open.Remove(transaction.Place!);
        foreach (var key in transaction.Values)
        {
            if (index.TryGetValue(key, out var list) && list.Remove(transaction) && list.Count == 0)
            {
                index.Remove(key);
            }
        }

        transaction.IsClosed = true;
        found.Add(transaction);
    }

    private bool IsEvicted(OpenTransaction transaction) => (isStart is not null && !transaction.HasStart) || !transaction.HasEnd;

    private Row ToRow(OpenTransaction transaction)
    {
        // Events were taken from the newest; a transaction tells them in the order they happened.
        transaction.Rows.Reverse();
        var rows = transaction.Rows;
        var result = new Row(context.Fields.Count);
        var evidence = default(EvidenceBuilder);
        rows.ForEach(r => evidence.Add(r.Evidence));
        result.Evidence = evidence.Build();
        for (var slot = 0; slot < rows.Max(r => r.Width) && slot < context.Fields.Count; slot++)
        {
            result[slot] = Combine(context.Fields.Name(slot), slot, rows);
        }

        result[time] = rows[0][time];
        result[context.Fields.Slot(Transaction.Duration)] = Value.Of(Math.Round(transaction.Latest - transaction.Earliest, 6));
        result[context.Fields.Slot(Transaction.EventCount)] = Value.Of(rows.Count);
        result[context.Fields.Slot(Transaction.Closed)] = Value.Of(transaction.IsClosed && !IsEvicted(transaction) ? 1 : 0);
        return result;
    }

    private Value Combine(string name, int slot, List<Row> rows)
    {
        if (rows.TrueForAll(r => r[slot].IsNull))
        {
            return Value.Null;
        }

        if (name == EventFields.Raw)
        {
            var raws = rows.Select(r => r[slot]).ToList();
            return command.MvRaw ? Value.OfMany(raws) : Value.Of(string.Join(command.Delimiter ?? "\n", raws.Select(r => r.Text)));
        }

        return command.MvList || command.MvFields.Contains(name)
            ? Value.OfMany([.. rows.SelectMany(r => r[slot].IsNull ? [Value.Of(command.NullText)] : r[slot].Values.ToArray())])
            : Value.OfMany([.. rows.SelectMany(r => r[slot].Values.ToArray()).Distinct().OrderBy(v => v.Text, StringComparer.Ordinal)]);
    }

    private Row MarkOrphan(Row row)
    {
        row[context.Fields.Slot(Transaction.Orphan)] = Value.Of(1);
        return row;
    }

    private double TimeOf(Row row) => row[time].TryGetNumber(out var seconds) ? seconds : 0;

    private static double Seconds(Syntax.TimeSpanText? span) => span is { } given ? given.Months > 0 ? given.Months * 2_592_000.0 : given.Seconds : double.PositiveInfinity;

    private sealed class OpenTransaction
    {
        public LinkedListNode<OpenTransaction>? Place { get; set; }

        public List<Row> Rows { get; } = [];

        public HashSet<(int Slot, Value Value)> Values { get; } = [];

        public double Latest { get; init; }

        public double Earliest { get; set; }

        public bool HasEnd { get; init; }

        public bool HasStart { get; set; }

        public bool IsClosed { get; set; }
    }
}
