using Saker.Notify;
using Xunit;

namespace Saker.Tests.Notify;

internal static class Notices
{
    public const string Nasty = "a\"b\\c]d\n<e>&\u0001é\U0001F600{{title}}";

    public static Notice RiskEvent(string id, int score = 60, string entity = "alice", string detection = "Kubernetes Pod Created in Default Namespace") => new()
    {
        Key = $"risk_event:{id}",
        Subject = $"risk_event:{id}",
        Kind = NoticeKind.RiskEvent,
        Title = detection,
        Message = $"{entity} did {id}",
        Score = score,
        EntityType = "user",
        Entity = entity,
        Detection = detection,
        DetectionId = "3d6b1a81-367b-42d5-a925-6ef90b6b9f1e",
        Tactics = ["Execution"],
        Techniques = ["T1204", "T1610"],
        Cluster = "prod",
        Namespace = "default",
        Time = new DateTimeOffset(2026, 3, 2, 10, 2, 11, TimeSpan.Zero),
        Document = """{"id":"x"}""",
        Indexed = """{"search_name":"S","risk_object":"alice","risk_score":60}""",
        IndexedSeveral = """{"annotations.mitre_attack":"T1204","annotations.mitre_attack":"T1610"}""",
    };

    public static Notice Withdrawn(string id) => RiskEvent(id) with { Key = $"withdrawn:risk_event:{id}", Kind = NoticeKind.Withdrawn };

    public static Task UntilAsync(Func<bool> holds, int seconds = 20) => UntilAsync(() => Task.FromResult(holds()), seconds);

    public static async Task UntilAsync(Func<Task<bool>> holds, int seconds = 20)
    {
        for (var i = 0; i < seconds * 50; i++)
        {
            if (await holds())
            {
                return;
            }

            await Task.Delay(20);
        }

        Assert.Fail($"it did not come about within {seconds} s");
    }
}
