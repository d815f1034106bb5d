using Microsoft.Extensions.Logging;
using Saker.Ingest;
using Saker.Server.Configuration;
using Saker.Server.Receiving;
using Saker.Server.Tailing;
using Saker.Stores;

namespace Saker.Server.Serving;

/// <summary>The files that <c>saker.yaml</c> names, followed until the server stops.</summary>
internal sealed class FollowedFiles : IAsyncDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private readonly List<FileTail> tails = [];
    private readonly List<Task> running = [];

    /// <exception cref="IOException">How far files were read cannot be remembered.</exception>
    public static FollowedFiles Start(IReadOnlyList<FilesSettings> files, string dataDirectory, IIntake intake, IngestOptions ingest, ILogger log)
    {
        var followed = new FollowedFiles();
        for (var i = 0; i < files.Count; i++)
        {
            var directory = Path.Combine(dataDirectory, "files", i.ToString(System.Globalization.CultureInfo.InvariantCulture));
            Directory.CreateDirectory(Path.GetDirectoryName(directory)!);
            var settings = new TailSettings { Paths = files[i].Paths, Cluster = files[i].Cluster, SkipsWhatIsThere = files[i].SkipsWhatIsThere, Trust = files[i].Trust, OffsetsPath = directory };
            var tail = new FileTail(settings, intake, new DecoderPool(ingest), log);
            followed.tails.Add(tail);
            followed.running.Add(tail.RunAsync(followed.stopping.Token));
        }

        return followed;
    }

    /// <summary>Stops reading; what was handed over is kept, and remembered as read.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        tails.ForEach(t => t.Dispose());
        stopping.Dispose();
    }
}
