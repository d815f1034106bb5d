using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Saker.Server.Telemetry;

/// <summary>
/// The server's log: a line an entry on standard error, as text for people or as JSON,
/// <c>{"time":"2026-03-14T10:00:00.000Z","level":"warning","room":"journal","message":"…","error":"…"}</c>. Neither bodies nor addresses nor tokens are ever logged.
/// </summary>
internal sealed class ServerLog(TextWriter writer, bool isJson, LogLevel least, TimeProvider clock) : ILoggerProvider
{
    private readonly Lock gate = new();
    private Action<LogLevel, string, string, Exception?>? also;
    private readonly ConcurrentDictionary<string, Room> rooms = [];

    public ILogger CreateLogger(string categoryName) => rooms.GetOrAdd(categoryName, name => new Room(this, name));

    public void Write(LogLevel level, string room, string message, Exception? error = null)
    {
        if (level < least)
        {
            return;
        }

        Volatile.Read(ref also)?.Invoke(level, room, message, error);
        var now = clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        var line = isJson ? Json(now, level, room, message, error) : $"{now} {Word(level),-7} {room}: {OneLine(message)}{(error is null ? "" : "\n" + error)}";
        lock (gate)
        {
            try
            {
                writer.WriteLine(line);
                writer.Flush();
            }
            catch (IOException)
            {
                // Whoever read the log has gone; the server goes on.
            }
        }
    }

    /// <summary>Tells somebody else of each entry as well, besides writing it; null for nobody any more.</summary>
    public void Tell(Action<LogLevel, string, string, Exception?>? other) => Volatile.Write(ref also, other);

    public void Dispose()
    {
    }

    private static string Json(string now, LogLevel level, string room, string message, Exception? error)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Saker.Detections.RowObject.Options))
        {
            json.WriteStartObject();
            json.WriteString("time", now);
            json.WriteString("level", Word(level));
            json.WriteString("room", room);
            json.WriteString("message", message);
            if (error is not null)
            {
                json.WriteString("error", error.ToString());
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static string OneLine(string message) => message.ReplaceLineEndings(" ");

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warning",
        _ => "error",
    };

    /// <summary>The framework's own rooms tell warnings and worse only.</summary>
    private sealed class Room(ServerLog log, string name) : ILogger
    {
        private readonly bool isFramework = name.StartsWith("Microsoft.", StringComparison.Ordinal);
        private readonly string shown = name[(name.LastIndexOf('.') + 1)..];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= (isFramework ? LogLevel.Warning : LogLevel.Debug);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                log.Write(logLevel, shown, formatter(state, exception), exception);
            }
        }
    }
}
