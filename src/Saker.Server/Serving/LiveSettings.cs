using System.Text.Json;
using Microsoft.Extensions.Logging;
using Saker.Content;
using Saker.Server.Auth;
using Saker.Server.Configuration;
using Saker.Server.Telemetry;
using Saker.Spl.Text;

namespace Saker.Server.Serving;

/// <summary>
/// Configuration and content as they are now. Both are looked at every few seconds, and at once on SIGHUP; what changed is loaded whole or not at all: a file with a mistake leaves everything as it was and is
/// told in the log and in the status.
/// </summary>
internal sealed class LiveSettings : IDisposable
{
    private readonly ServeOptions options;
    private readonly TokenStore tokens;
    private readonly CertificateCallers certificates;
    private readonly RateLimits rates;
    private readonly ServerLog log;
    private readonly TimeProvider clock;
    private readonly Lock gate = new();
    private readonly ITimer timer;
    private readonly ServerSettings first;
    private string seen;
    private ContentLibrary content;
    private string contentStamp;
    private ConfigurationStatus status;

    public LiveSettings(LoadedSettings loaded, ServeOptions options, TokenStore tokens, CertificateCallers certificates, RateLimits rates, ServerLog log, TimeProvider clock, TimeSpan? every = null)
    {
        (this.options, this.tokens, this.certificates, this.rates, this.log, this.clock) = (options, tokens, certificates, rates, log, clock);
        first = loaded.Settings!;
        Current = first;
        seen = loaded.Hash;
        (content, contentStamp) = (LoadContent(first), StampOf(first));
        Use(first);
        status = new ConfigurationStatus { Path = loaded.Path, Hash = loaded.Hash, Loaded = clock.GetUtcNow() };
        var period = every ?? TimeSpan.FromSeconds(3);
        timer = clock.CreateTimer(_ => Look(), null, period, period);
    }

    public ServerSettings Current { get; private set; }

    /// <summary>Hears of settings that were taken after the first.</summary>
    public Action<ServerSettings>? Taken { get; set; }

    public ContentLibrary Content => Volatile.Read(ref content);

    public ConfigurationStatus Status => status with { Tokens = tokens.Tokens.Entries.Count };

    public void Dispose() => timer.Dispose();

    /// <summary>Takes what changed since the last look.</summary>
    public void Look()
    {
        lock (gate)
        {
            try
            {
                LookAtConfiguration();
                LookAtContent();
                if (tokens.Look())
                {
                    log.Write(LogLevel.Information, "tokens", $"{tokens.Tokens.Entries.Count} tokens are known");
                }
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException)
            {
                // It is tried again at the next look, since what is wrong may stand in another file; it is told once.
                seen = "";
                if (status.Refused != failure.Message)
                {
                    log.Write(LogLevel.Error, "configuration", $"it stays as it was: {failure.Message}");
                }

                status = status with { Refused = failure.Message };
            }
        }
    }

    private void LookAtConfiguration()
    {
        var loaded = SettingsFile.Load(status.Path, options.Environment);
        if (loaded.Hash == seen)
        {
            return;
        }

        seen = loaded.Hash;
        if (loaded.Settings is not { } settings)
        {
            var why = string.Join("; ", loaded.Mistakes.Where(m => m.Severity == Severity.Error).Select(m => m.ToString()));
            status = status with { Refused = why };
            log.Write(LogLevel.Error, "configuration", $"it changed and stays as it was: {why}");
            return;
        }

        // A broken content directory refuses the whole, before anything of it is in use.
        var (library, stamp) = (LoadContent(settings), StampOf(settings));
        Use(settings);
        Volatile.Write(ref content, library);
        (contentStamp, Current) = (stamp, settings);
        Taken?.Invoke(settings);
        status = status with { Hash = loaded.Hash, Loaded = clock.GetUtcNow(), Refused = null, WantsRestart = WantsRestart(settings) };
        log.Write(LogLevel.Information, "configuration", $"loaded again, {loaded.Hash}{(status.WantsRestart.Count > 0 ? $"; after a restart only: {string.Join(", ", status.WantsRestart)}" : "")}");
    }

    private void LookAtContent()
    {
        var stamp = StampOf(Current);
        if (stamp == contentStamp)
        {
            return;
        }

        contentStamp = stamp;
        Volatile.Write(ref content, LoadContent(Current));
        log.Write(LogLevel.Information, "content", $"loaded again: {content.Detections.Count} detections");
    }

    private void Use(ServerSettings settings)
    {
        tokens.Configure(settings.Tokens);
        certificates.Replace(settings.Certificates);
        rates.BytesPerSecond = settings.Limits.TokenBytesPerSecond;
    }

    private static ContentLibrary LoadContent(ServerSettings settings)
    {
        var library = ContentLibrary.Load([ContentLibrary.ShippedRoot, ContentLibrary.IncidentsRoot, ContentLibrary.CanaryRoot, .. settings.IsTuned ? (string[])[ContentLibrary.TuningRoot] : [], .. settings.Content]);
        return library.HasErrors ? throw new InvalidDataException("content has mistakes: " + library.Diagnostics.First(d => d.Severity == Severity.Error)) : library.With(settings.Schedules);
    }

    /// <summary>What tells that content changed: its files' names, sizes and times.</summary>
    private static string StampOf(ServerSettings settings)
    {
        var stamp = new HashCode();
        foreach (var root in settings.Content)
        {
            IEnumerable<FileInfo> files = File.Exists(root) ? [new FileInfo(root)] : new DirectoryInfo(root).EnumerateFiles("*", SearchOption.AllDirectories).OrderBy(f => f.FullName, StringComparer.Ordinal);
            foreach (var file in files)
            {
                stamp.Add(file.FullName);
                stamp.Add(file.Length);
                stamp.Add(file.LastWriteTimeUtc);
            }
        }

        return $"{settings.IsTuned} {stamp.ToHashCode():x}";
    }

    private List<string> WantsRestart(ServerSettings now)
    {
        var wants = new List<string>();
        void Compare<T>(string name, Func<ServerSettings, T> part)
        {
            if (JsonSerializer.Serialize(part(first)) != JsonSerializer.Serialize(part(now)))
            {
                wants.Add(name);
            }
        }

        Compare("listen", s => s.Listen);
        Compare("listen_grpc", s => s.ListenGrpc);
        Compare("data_directory", s => s.DataDirectory);
        Compare("tls", s => s.Tls);
        Compare("limits", s => s.Limits with { TokenBytesPerSecond = 0 });
        Compare("journal", s => s.Journal);
        Compare("store", s => s.Store);
        Compare("search", s => s.Search);
        Compare("files", s => s.Files);
        Compare("telemetry", s => s.Telemetry);
        Compare("masking", s => s.MaskKeyFile);
        Compare("log", s => s.LogFormat + s.LogLevel);
        return wants;
    }
}
