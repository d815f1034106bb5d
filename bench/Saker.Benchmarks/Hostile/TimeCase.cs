using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace Saker.Benchmarks.Hostile;

/// <summary>A sender whose events are of any time.</summary>
internal static class TimeCase
{
    private const int Rounds = 20;
    private const int Days = 150;

    public static async Task<Outcome> RunAsync(HostileRun run)
    {
        using var server = run.NewServer();
        await server.StartAsync();
        using var canary = Canary.Start(server);
        using var client = new HttpClient();
        var sent = 0;
        for (var round = 0; round < Rounds; round++)
        {
            // The same to an index that detections read: what looks like an audit event.
            foreach (var (path, body, count) in (ReadOnlySpan<(string, string, int)>)[("/services/collector", Hec(round), Days + 6), ("/audit/old", Audit(round), Days)])
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Address!, path)) { Content = new StringContent(body) };
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", server.Token);
                using var answer = client.Send(request);
                sent += answer.IsSuccessStatusCode ? count : 0;
            }

            server.Sample();
            await Task.Delay(300);
        }

        var outcome = await canary.EndAsync();
        var found = (await server.SearchAsync("(index=main OR index=kubernetes) hostile_times | stats count")).Single().GetProperty("count").GetInt64();
        return run.Closing(server, found == sent && sent == Rounds * (Days + Days + 6)
            ? outcome with { What = $"all {found:N0} are found; {outcome.What}" }
            : outcome with { IsWell = false, What = $"{found:N0} of {sent:N0} found; {outcome.What}" });
    }

    private static string Hec(int round)
    {
        var body = new StringBuilder();
        string[] odd = ["0", "-1", "4070908800", "9999999999999", "253402300799.999", "1e18"];
        foreach (var time in odd)
        {
            body.Append(CultureInfo.InvariantCulture, $$"""{"time":{{time}},"event":"hostile_times {{round}} {{time}}"}""");
        }

        for (var day = 0; day < Days; day++)
        {
            body.Append(CultureInfo.InvariantCulture, $$"""{"time":{{1_773_482_400 - (day * 86_400)}},"event":"hostile_times {{round}} day {{day}}"}""");
        }

        return body.ToString();
    }

    private static string Audit(int round)
    {
        var items = Enumerable.Range(0, Days).Select(day => $$"""{"level":"Metadata","auditID":"old-{{round}}-{{day}}","stage":"ResponseComplete","requestURI":"/","verb":"create","user":{"username":"hostile_times"},"objectRef":{"resource":"pods","namespace":"default","name":"web-{{9_000_000 + (round * 1000) + day}}"},"requestReceivedTimestamp":"{{new DateTime(day % 3 == 0 ? 2099 : 1970, 1, 1).AddDays(day):yyyy-MM-dd}}T00:00:00Z","stageTimestamp":"{{new DateTime(day % 3 == 0 ? 2099 : 1970, 1, 1).AddDays(day):yyyy-MM-dd}}T00:00:00Z"}""");
        return $$"""{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[{{string.Join(',', items)}}]}""";
    }
}
