using System.Net;
using System.Text.Json;

namespace Saker.Cli.Sending;

/// <summary>The dead letters of a running server, over <c>/api/v1/deadletter</c>. Throws <see cref="ServerException"/> for what it refuses.</summary>
internal sealed class ServerLetters(ServerClient server) : ILetterDesk
{
    private const string Path = "api/v1/deadletter";

    public async Task<LetterList> ListAsync(string? source, CancellationToken cancellation)
    {
        var (letters, evicted, after) = (new List<LetterLine>(), 0L, (string?)"");
        while (after is not null)
        {
            using var answer = await server.GetAsync($"{Path}?limit=10000{(after.Length == 0 ? "" : "&after=" + after)}{(source is null ? "" : "&source=" + Uri.EscapeDataString(source))}", cancellation).ConfigureAwait(false);
            letters.AddRange(answer.RootElement.GetProperty("dead_letters").EnumerateArray().Select(Line));
            evicted = answer.RootElement.GetProperty("evicted").GetInt64();
            after = answer.RootElement.TryGetProperty("next", out var next) ? next.GetString() : null;
        }

        return new LetterList(letters, evicted);
    }

    public async Task<LetterText?> ShowAsync(long id, CancellationToken cancellation)
    {
        try
        {
            using var answer = await server.GetAsync($"{Path}/{id}", cancellation).ConfigureAwait(false);
            var letter = answer.RootElement;
            return new LetterText(Line(letter), letter.GetProperty("place").GetString(), letter.GetProperty("event_kind").GetString(), letter.GetProperty("text").GetString()!);
        }
        catch (ServerException missing) when (missing.Status == (int)HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    public async Task<string?> ReplayAsync(long id, CancellationToken cancellation)
    {
        try
        {
            using var answer = await server.ChangeAsync(HttpMethod.Post, $"{Path}/{id}/replay", "{}", cancellation).ConfigureAwait(false);
            return null;
        }
        catch (ServerException stays) when (stays.Status is (int)HttpStatusCode.NotFound or (int)HttpStatusCode.Conflict)
        {
            return stays.Message;
        }
    }

    public async Task<bool> DropAsync(long id, CancellationToken cancellation)
    {
        try
        {
            using var answer = await server.ChangeAsync(HttpMethod.Delete, $"{Path}/{id}", "", cancellation).ConfigureAwait(false);
            return true;
        }
        catch (ServerException missing) when (missing.Status == (int)HttpStatusCode.NotFound)
        {
            return false;
        }
    }

    public ValueTask DisposeAsync()
    {
        server.Dispose();
        return default;
    }

    private static LetterLine Line(JsonElement letter) => new(
        letter.GetProperty("id").GetInt64(), letter.GetProperty("time").GetDateTimeOffset(), letter.GetProperty("source").GetString()!, letter.GetProperty("kind").GetString()!, letter.GetProperty("reason").GetString()!);
}
