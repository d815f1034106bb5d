using System.Security.Cryptography;
using System.Text.Json;
using Saker.Content;

namespace Saker.Cli.Sending.Canaries;

/// <summary>Sends a marked event each way, and watches how far each comes: into the store, to its risk event, and where an output is to be tried, to that. What it makes for that (a token) is gone afterwards.</summary>
internal sealed class CanaryRun(ServerClient server, string? output, string? file, TimeSpan patience, TimeProvider clock)
{
    private const string Earliest = "-15m";
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    /// <summary>More than the longest that a run may wait for one thing after another.</summary>
    private static readonly TimeSpan Left = TimeSpan.FromHours(2);

    /// <summary>16 hexadecimal digits, of this run alone.</summary>
    public string Id { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    /// <exception cref="ServerException">The server itself cannot be asked.</exception>
    public async Task<IReadOnlyList<CanaryFlight>> RunAsync(IReadOnlyList<CanaryWay> ways, CancellationToken cancellation)
    {
        var why = await WhyNothingIsToldAsync(cancellation).ConfigureAwait(false);
        if (output is not null)
        {
            using var announced = await server.ChangeAsync(HttpMethod.Post, "api/v1/notifications/canary", JsonSerializer.Serialize(new Dictionary<string, string> { ["canary"] = Id, ["output"] = output }), cancellation).ConfigureAwait(false);
        }

        using var made = await NewTokenAsync(cancellation).ConfigureAwait(false);
        try
        {
            using var sender = new CanarySender(new Uri(server.Url.TrimEnd('/') + "/"), await GrpcAsync(cancellation).ConfigureAwait(false), made.RootElement.GetProperty("token").GetString()!, file, clock);
            var flights = new List<CanaryFlight>();
            foreach (var way in ways)
            {
                var absent = sender.WhyNot(way);
                var flight = new CanaryFlight(way, Canary.MarkOf(Id, way.Name)) { IsAbsent = absent is not null, Problem = absent, Began = clock.GetTimestamp() };
                flight.Problem ??= await sender.SendAsync(way, flight.Mark, cancellation).ConfigureAwait(false);
                flight.Taken = flight.Problem is null ? clock.GetElapsedTime(flight.Began) : null;
                flights.Add(flight);
            }

            await WatchAsync([.. flights.Where(f => f.Taken is not null)], cancellation).ConfigureAwait(false);
            foreach (var flight in flights.Where(f => f.Problem is null && !IsDone(f)))
            {
                flight.Problem = flight.Stored is null ? $"it was taken, but is not in the store after {patience.TotalSeconds:0} s: see `saker status` and `saker deadletter list`"
                    : flight.RiskEvent is null ? why ?? $"it is stored, but has no risk event after {patience.TotalSeconds:0} s: see `saker windows`"
                    : await WhyNotToldAsync(flight, cancellation).ConfigureAwait(false);
            }

            return flights;
        }
        finally
        {
            await RevokeAsync(Canary.TokenOf(Id)).ConfigureAwait(false);
        }
    }

    private async Task<JsonDocument> NewTokenAsync(CancellationToken cancellation)
    {
        await ClearAsync(cancellation).ConfigureAwait(false);
        var body = JsonSerializer.Serialize(new { name = Canary.TokenOf(Id), scopes = (string[])["ingest"] });
        return await server.ChangeAsync(HttpMethod.Post, "api/v1/tokens", body, cancellation).ConfigureAwait(false);
    }

    /// <summary>Revokes what runs left that were killed; no run takes so long.</summary>
    private async Task ClearAsync(CancellationToken cancellation)
    {
        using var answer = await server.GetAsync("api/v1/tokens", cancellation).ConfigureAwait(false);
        foreach (var token in answer.RootElement.GetProperty("tokens").EnumerateArray())
        {
            if (token.GetProperty("name").GetString() is { } name && (Canary.IsToken(name) || name == Canary.Source)
                && token.TryGetProperty("created", out var created) && created.TryGetDateTimeOffset(out var time) && clock.GetUtcNow() - time > Left)
            {
                await RevokeAsync(name).ConfigureAwait(false);
            }
        }
    }

    private async Task RevokeAsync(string name)
    {
        try
        {
            using var gone = await server.ChangeAsync(HttpMethod.Delete, $"api/v1/tokens/{name}", "{}", CancellationToken.None).ConfigureAwait(false);
        }
        catch (ServerException missing) when (missing.Status == 404)
        {
            // Somebody else has done so.
        }
    }

    private bool IsDone(CanaryFlight flight) => flight.RiskEvent is not null && (output is null || flight.Notified is not null);

    private async Task WatchAsync(IReadOnlyList<CanaryFlight> flights, CancellationToken cancellation)
    {
        var began = clock.GetTimestamp();
        while (flights.Any(f => !IsDone(f)) && clock.GetElapsedTime(began) < patience)
        {
            await Task.Delay(LookEvery, clock, cancellation).ConfigureAwait(false);
            if (flights.Any(f => f.Stored is null))
            {
                await LookAsync(flights.Where(f => f.Stored is null), $"index=* NOT index=_* \"{Canary.MarkOf(Id, "*")}\" | rex field=_raw \"(?<mark>{Canary.MarkOf(Id, "[a-z]+")})\" | stats count by mark", (f, _) => f.Stored ??= clock.GetElapsedTime(f.Began), cancellation).ConfigureAwait(false);
            }

            if (flights.Any(f => f.RiskEvent is null))
            {
                await LookAsync(flights.Where(f => f.RiskEvent is null), $"index={Canary.Index} risk_object=\"{Canary.MarkOf(Id, "*")}\" | rename risk_object AS mark | table mark risk_event_id", (f, row) =>
                {
                    (f.RiskEvent, f.RiskEventId) = (clock.GetElapsedTime(f.Began), row.GetProperty("risk_event_id").GetString()!);
                    // A risk event rests on what is stored, though it was not seen there yet.
                    f.Stored ??= f.RiskEvent;
                }, cancellation).ConfigureAwait(false);
            }

            foreach (var (flight, notice) in output is null ? [] : await NoticesAsync(flights, cancellation).ConfigureAwait(false))
            {
                flight.Notified ??= notice.State == "sent" ? clock.GetElapsedTime(flight.Began) : null;
            }
        }
    }

    private async Task LookAsync(IEnumerable<CanaryFlight> flights, string search, Action<CanaryFlight, JsonElement> found, CancellationToken cancellation)
    {
        var byMark = flights.ToDictionary(f => f.Mark, StringComparer.Ordinal);
        using var answer = await server.SearchAsync(search, Earliest, "+5m", cancellation).ConfigureAwait(false);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false));
        while (await reader.ReadLineAsync(cancellation).ConfigureAwait(false) is { } line)
        {
            using var row = JsonDocument.Parse(line);
            if (row.RootElement.TryGetProperty("mark", out var mark) && mark.ValueKind == JsonValueKind.String && byMark.TryGetValue(mark.GetString()!, out var flight))
            {
                found(flight, row.RootElement);
            }
        }
    }

    private async Task<IReadOnlyList<(CanaryFlight Flight, (string State, string Error) Notice)>> NoticesAsync(IReadOnlyList<CanaryFlight> flights, CancellationToken cancellation)
    {
        using var answer = await server.GetAsync($"api/v1/notifications?earliest={Earliest}&output={Uri.EscapeDataString(output!)}", cancellation).ConfigureAwait(false);
        return
        [
            .. answer.RootElement.GetProperty("notifications").EnumerateArray()
                .SelectMany(n => flights.Where(f => f.RiskEventId.Length > 0 && n.GetProperty("key").GetString() == $"risk_event:{f.RiskEventId}").Select(f => (f, (n.GetProperty("state").GetString()!, n.GetProperty("last_error").GetString() ?? "")))),
        ];
    }

    private async Task<string> WhyNotToldAsync(CanaryFlight flight, CancellationToken cancellation)
    {
        return await NoticesAsync([flight], cancellation).ConfigureAwait(false) is not [var (_, notice), ..] ? $"it has its risk event, but no notice of it for {output}: see `saker notify list`"
            : $"{output} has not taken it ({notice.State}){(notice.Error.Length > 0 ? ": " + notice.Error : "")}";
    }

    /// <summary>Why there will be no risk event; null if there should be one.</summary>
    private async Task<string?> WhyNothingIsToldAsync(CancellationToken cancellation)
    {
        using var answer = await server.GetAsync("api/v1/detections", cancellation).ConfigureAwait(false);
        var own = answer.RootElement.GetProperty("detections").EnumerateArray().FirstOrDefault(d => d.GetProperty("id").GetString() == Canary.DetectionId);
        return own.ValueKind == JsonValueKind.Undefined ? "it is stored, but the server has no rule Saker Canary: it is older than this program"
            : own.GetProperty("is_enabled").GetBoolean() ? null
            : "it is stored, but the rule Saker Canary is off: `saker detections enable saker_canary`";
    }

    /// <summary>Where gRPC is taken: the second address that the server says it has, on the host that it is asked at.</summary>
    private async Task<Uri?> GrpcAsync(CancellationToken cancellation)
    {
        using var health = await server.GetAsync("api/v1/health", cancellation).ConfigureAwait(false);
        var addresses = health.RootElement.GetProperty("addresses").EnumerateArray().Select(a => a.GetString()!).ToList();
        return addresses is [_, var second, ..] && Uri.TryCreate(second, UriKind.Absolute, out var grpc) ? new UriBuilder(server.Url) { Port = grpc.Port, Path = "/" }.Uri : null;
    }
}
