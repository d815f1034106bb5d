using System.IO.Compression;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Saker.Ingest;
using Saker.Server.Receiving;
using Saker.Server.Tailing;
using Saker.Stores;

namespace Saker.Tests.Server.Tailing;

/// <summary>A directory of logs, what follows it, and what it kept.</summary>
internal sealed class TailBench : IIntake, IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("saker-tail-").FullName;
    private readonly DecoderPool decoders = new(new IngestOptions());
    private readonly Lock gate = new();
    private FileTail? tail;

    public TailBench(string glob = "*.log*", Func<TailSettings, TailSettings>? change = null)
    {
        Directory.CreateDirectory(Logs);
        var settings = new TailSettings
        {
            Paths = [Path.Combine(Logs, glob)],
            OffsetsPath = Path.Combine(root, "offsets"),
            OrphanGrace = TimeSpan.Zero,
            PollEvery = TimeSpan.Zero,
            BatchBytes = 4096,
        };
        Settings = change?.Invoke(settings) ?? settings;
    }

    public string Logs => Path.Combine(root, "logs");

    public TailSettings Settings { get; }

    /// <summary>Every text that was kept, in order.</summary>
    public List<string> Kept { get; } = [];

    public List<string> Rejected { get; } = [];

    public List<EventKind> Kinds { get; } = [];

    public HashSet<string> Sources { get; } = [];

    /// <summary>What the intake answers before it keeps: null keeps.</summary>
    public Func<IntakeAnswer?> Refuses { get; set; } = () => null;

    /// <summary>Called when a batch was kept and before that is known to the tail.</summary>
    public Action AfterKeeping { get; set; } = () => { };

    public int Followed => tail?.Count ?? 0;

    public string At(string name) => Path.Combine(Logs, name);

    public void Write(string name, string text) => File.AppendAllText(At(name), text);

    public void Gzip(string name)
    {
        using (var to = new GZipStream(File.Create(At(name + ".gz")), CompressionLevel.Fastest))
        using (var from = File.OpenRead(At(name)))
        {
            from.CopyTo(to);
        }

        File.Delete(At(name));
    }

    /// <summary>Looks and reads, as often as is asked.</summary>
    public async Task FollowAsync(int times = 1)
    {
        tail ??= new FileTail(Settings, this, decoders, NullLogger.Instance);
        for (; times > 0; times--)
        {
            tail.Discover();
            await tail.PassAsync(default);
        }
    }

    /// <summary>Ends it as kill -9 would: nothing more is written.</summary>
    public void Crash() => tail = null;

    public ValueTask<IntakeAnswer> TakeAsync(ReceivedBatch batch, CancellationToken cancellation)
    {
        lock (gate)
        {
            if (Refuses() is { } answer)
            {
                return ValueTask.FromResult(answer);
            }

            Kept.AddRange(batch.Events.Select(each => Encoding.UTF8.GetString(each.Event.Raw.Span)));
            Kinds.AddRange(batch.Events.Select(each => each.Kind));
            Rejected.AddRange(batch.Rejected.Select(each => each.Reason));
            Sources.Add(batch.Source);
            AfterKeeping();
            return ValueTask.FromResult(IntakeAnswer.Kept);
        }
    }

    public void Dispose()
    {
        tail?.Dispose();
        Directory.Delete(root, recursive: true);
    }
}
