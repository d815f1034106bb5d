namespace Saker.Server.Receiving;

/// <summary>
/// The memory for bodies, shared by all requests: a thousand senders of the largest body each must not fill the machine. A body takes room as it grows and gives it
/// back when its batch was kept.
/// </summary>
internal sealed class BodyRoom(long bytes)
{
    private long used;

    /// <summary>How much is taken now, in bytes.</summary>
    public long Used => Interlocked.Read(ref used);

    public bool TryTake(long more)
    {
        if (Interlocked.Add(ref used, more) <= bytes)
        {
            return true;
        }

        Interlocked.Add(ref used, -more);
        return false;
    }

    public void GiveBack(long taken) => Interlocked.Add(ref used, -taken);
}
