namespace Saker.Cli.Output;

/// <summary>A progress bar on standard error, where that is a terminal.</summary>
internal sealed class ReadProgress : IDisposable
{
    private const int BarWidth = 30;
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
        Console.Error.Write($"\r{bar}{rate}   ");
    }

    public void Dispose()
    {
        if (isShown && lastShown != 0)
        {
            Console.Error.Write($"\r{new string(' ', 78)}\r");
        }
    }
}
