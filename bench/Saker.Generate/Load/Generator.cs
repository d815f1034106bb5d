namespace Saker.Generate.Load;

/// <summary>Writes an audit log of a size: <see cref="Mix"/> says of what.</summary>
internal static class Generator
{
    /// <returns>Events, and requests that were attacks.</returns>
    public static (long Events, long Attacks) Write(LoadOptions options, Stream output)
    {
        var dice = new Dice(options.Seed);
        var mix = new Mix(dice);
        var attacks = new Attacks(dice);
        var log = new AuditLog(output);
        var now = Moment.Day;
        var attackRequests = 0L;
        while (log.Bytes < options.Size)
        {
            // About four requests a second: a small cluster writes 1 GB in a day.
            now = now.After(dice.Between(1, 500_000));
            var attack = options.AllMatch || dice.Unit() < options.AttackRate;
            attackRequests += attack ? 1 : 0;
            var request = options.AllMatch ? attacks.PodWhereNoneShouldBe(now) : attack ? attacks.Next(now) : mix.Next(now);
            log.Add(request, dice.Guid(), now);
        }

        log.Finish();
        return (log.Events, attackRequests);
    }
}
