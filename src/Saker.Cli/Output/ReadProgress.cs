namespace Saker.Cli.Output;

/// <summary>A progress bar on standard error, where that is a terminal.</summary>
internal sealed class ReadProgress : IDisposable
{
    private const int BarWidth = 30;
    private const int LongestLine = 78;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly long total;
    private readonly bool isShown;
    private readonly long started = TimeProvider.System.GetTimestamp();
    private long read;
    private long lastShown;

    private ReadProgress(long total, bool isShown) => (this.total, this.isShown) = (total, isShown);

    public static ReadProgress Start(long total) => new(total, !Console.IsErrorRedirected);

    public void Add(long bytes)
    {
        read += bytes;
        if (!isShown || TimeProvider.System.GetElapsedTime(lastShown) < Pause)
        {
            return;
        }

        lastShown = TimeProvider.System.GetTimestamp();
        var seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        var rate = $"{read / 1e6:#,0} MB, {read / 1e6 / Math.Max(0.001, seconds):#,0} MB/s";
        // Compressed input unfolds to more than its size: then there is no share to show.
        var bar = total > 0 && read <= total ? $"[{new string('=', (int)(BarWidth * read / total)),-BarWidth}] {100 * read / total,3} %  " : "";
        var line = $"{bar}{rate}   ";
        Console.Error.Write($"\r{(line.Length <= Room ? line : rate.Length <= Room ? rate.PadRight(Room) : "")}");
    }

    public void Dispose()
    {
        if (isShown && lastShown != 0)
        {
            Console.Error.Write($"\r{new string(' ', Room)}\r");
        }
    }

    /// <summary>A line that is longer than the terminal is wide cannot be written over.</summary>
    private static int Room => Math.Clamp(Console.WindowWidth - 1, 0, LongestLine);
}
