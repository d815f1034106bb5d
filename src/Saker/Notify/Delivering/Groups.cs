namespace Saker.Notify.Delivering;

/// <summary>When the notices of a group go out: the first at once, the others together whenever the group's time is over.</summary>
internal sealed class Groups
{
    private const int MostKept = 10_000;

    private readonly Dictionary<(string Output, string Group), (DateTimeOffset End, bool Holds)> open = [];

    public DateTimeOffset DueOf(Destination destination, DateTimeOffset now)
    {
        if (destination.Group.Length == 0)
        {
            return now;
        }

        if (open.Count > MostKept)
        {
            foreach (var (key, (over, _)) in open.Where(o => o.Value.End + destination.GroupTime < now).ToList())
            {
                open.Remove(key);
            }
        }

        var name = (destination.Output, destination.Group);
        var (end, holds) = open.GetValueOrDefault(name);
        if (now < end)
        {
            open[name] = (end, true);
            return end;
        }

        // A message went out at the end: the next one is a group's time later.
        if (holds && now < end + destination.GroupTime)
        {
            open[name] = (end + destination.GroupTime, true);
            return end + destination.GroupTime;
        }

        open[name] = (now + destination.GroupTime, false);
        return now;
    }
}
