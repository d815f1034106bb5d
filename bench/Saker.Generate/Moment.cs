using System.Globalization;

namespace Saker.Generate;

/// <summary>A time in microseconds, as audit events tell it.</summary>
internal readonly record struct Moment(long Microseconds) : IComparable<Moment>
{
    /// <summary>Midnight of the day on which everything happens: 2026-03-14.</summary>
    public static Moment Day { get; } = new(new DateTime(2026, 3, 14, 0, 0, 0, DateTimeKind.Utc).Ticks / 10 - DateTime.UnixEpoch.Ticks / 10);

    public long Nanoseconds => Microseconds * 1000;

    /// <summary><c>2026-03-14T10:12:00.000123Z</c></summary>
    public string Micro => Utc.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    /// <summary><c>2026-03-14T10:12:00Z</c></summary>
    public string Second => Utc.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private DateTime Utc => DateTime.UnixEpoch.AddTicks(Microseconds * 10);

    public static Moment At(int hour, int minute, int second = 0, int microsecond = 0) => Day.After(((hour * 60L + minute) * 60 + second) * 1_000_000 + microsecond);

    public Moment After(long microseconds) => new(Microseconds + microseconds);

    public int CompareTo(Moment other) => Microseconds.CompareTo(other.Microseconds);
}
