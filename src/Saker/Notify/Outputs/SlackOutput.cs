using System.Text;

namespace Saker.Notify.Outputs;

/// <summary>Posts to an incoming webhook of Slack, or what understands its messages (Mattermost, Rocket.Chat, Discord's /slack).</summary>
internal sealed class SlackOutput(OutputSettings settings, TimeProvider clock) : IOutput
{
    private const int MostCharacters = 2900;
    private const int MostListed = 10;

    private readonly HttpSender sender = new(settings, clock, "");

    public int MostAtOnce => 1;

    public Task SendAsync(IReadOnlyList<Notice> notices, CancellationToken cancellation)
    {
        var heading = notices.Count == 1 ? Heading(notices[0]) : $"{notices.Count} notices, the first: {Heading(notices[0])}";
        var text = notices.Count == 1 ? Body(notices[0]) : string.Join('\n', notices.Take(MostListed).Select(n => $"• {Escape(Heading(n), 200)}"))
            + (notices.Count > MostListed ? $"\n… and {notices.Count - MostListed} more" : "");
        var body = Template.Json(json =>
        {
            json.WriteStartObject();
            json.WriteString("text", Escape(heading, MostCharacters));
            json.WriteStartArray("attachments");
            json.WriteStartObject();
            json.WriteString("color", Color(notices[0]));
            json.WriteString("fallback", Escape(heading, MostCharacters));
            json.WriteString("text", text);
            json.WriteStartArray("mrkdwn_in");
            json.WriteStringValue("text");
            json.WriteEndArray();
            json.WriteNumber("ts", notices[0].Time.ToUnixTimeSeconds());
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        });
        return sender.PostAsync(Encoding.UTF8.GetBytes(body), "Bearer", [], cancellation);
    }

    public ValueTask DisposeAsync()
    {
        sender.Dispose();
        return default;
    }

    private static string Heading(Notice n) => n.Kind switch
    {
        NoticeKind.Withdrawn => $"Withdrawn: {n.Title} ({n.Entity})",
        NoticeKind.Test => n.Title,
        _ => $"[{n.Severity} {n.Score}] {n.Title} ({n.Entity})",
    };

    private static string Body(Notice n)
    {
        List<string> lines = [Escape(n.Message, MostCharacters - 600)];
        void Add(string name, string value)
        {
            if (value.Length > 0)
            {
                lines.Add($"*{name}* {Escape(value, 150)}");
            }
        }

        Add(n.EntityType.Length > 0 ? n.EntityType : "entity", n.Entity);
        Add("cluster", n.Cluster);
        Add("namespace", n.Namespace);
        Add("ATT&CK", string.Join(", ", n.Techniques.Concat(n.Tactics)));
        return string.Join('\n', lines);
    }

    /// <summary>Slack's three; a name from a cluster cannot mention a channel or hide an address behind a word.</summary>
    private static string Escape(string text, int most)
    {
        var shown = text.Length > most ? text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)] + "…" : text;
        return shown.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);
    }

    private static string Color(Notice n) => n.Kind switch
    {
        NoticeKind.Withdrawn => "#2eb67d",
        NoticeKind.Test => "#888888",
        _ => n.Severity switch { "critical" => "#a30200", "high" => "#e01e5a", "medium" => "#ecb22e", _ => "#36c5f0" },
    };
}
