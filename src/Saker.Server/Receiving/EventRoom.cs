namespace Saker.Server.Receiving;

/// <summary>
/// The memory for what one request decodes to, out of the room for bodies: 64 MiB of events of one byte would take gigabytes. It is taken in pieces as events come and given back with
/// the request.
/// </summary>
internal sealed class EventRoom(BodyRoom room, int mostEvents) : IDisposable
{
    /// <summary>About what an event takes beyond its own bytes, on its way into the journal.</summary>
    private const int BytesOfEvent = 384;

    private const int Piece = 64 * 1024;

    private long taken;
    private long owed;
    private int events;

    /// <summary>Takes room for one more event with so many bytes of its own. Throws <see cref="BodyRefusedException"/>.</summary>
    public void Take(int bytes)
    {
        if (++events > mostEvents)
        {
            throw new BodyRefusedException(BodyFault.TooLarge, $"more than {mostEvents:#,0} events in one request: send them in several");
        }

        owed += BytesOfEvent + bytes;
        if (owed < Piece)
        {
            return;
        }

        if (!room.TryTake(owed))
        {
            throw new BodyRefusedException(BodyFault.NoRoom, "too much is being received at the moment");
        }

        taken += owed;
        owed = 0;
    }

    public void Dispose()
    {
        room.GiveBack(taken);
        taken = 0;
    }
}
