using Saker.Generate.Audit;

namespace Saker.Generate.Load;

/// <summary>
/// Writes requests as an API server's log: an event is written at its stage, so a request's events stand apart and lines are only roughly in order.
/// </summary>
internal sealed class AuditLog(Stream output)
{
    /// <summary>The last stages of requests under way, by when they come.</summary>
    private readonly PriorityQueue<(AuditRequest Request, string AuditId, string Stage, Moment Received), Moment> _underWay = new();
    private readonly Utf8Buffer buffer = new();
    private long flushed;

    public long Bytes => flushed + buffer.Length;

    public long Events { get; private set; }

    public void Add(AuditRequest request, string auditId, Moment received)
    {
        WriteUntil(received);
        foreach (var stage in request.Stages)
        {
            if (stage == "RequestReceived")
            {
                Write(request, auditId, stage, received);
            }
            else
            {
                _underWay.Enqueue((request, auditId, stage, received), request.StageTime(received, stage));
            }
        }
    }

    /// <summary>Writes what is still under way.</summary>
    public void Finish()
    {
        WriteUntil(new Moment(long.MaxValue));
        Flush();
    }

    private void WriteUntil(Moment now)
    {
        while (_underWay.TryPeek(out var next, out var due) && due.CompareTo(now) <= 0)
        {
            _underWay.Dequeue();
            Write(next.Request, next.AuditId, next.Stage, next.Received);
        }
    }

    private void Write(AuditRequest request, string auditId, string stage, Moment received)
    {
        request.AddTo(buffer, auditId, stage, received);
        buffer.Add("\n"u8);
        Events++;
        if (buffer.Length > 512 * 1024)
        {
            Flush();
        }
    }

    private void Flush()
    {
        output.Write(buffer.Written);
        flushed += buffer.Length;
        buffer.Clear();
    }
}
