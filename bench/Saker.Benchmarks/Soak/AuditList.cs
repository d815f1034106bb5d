using System.Globalization;
using System.Text;

namespace Saker.Benchmarks.Soak;

/// <summary>
/// An EventList whose events differ in what identifies them, and in their times; built once, filled in for each batch. Each says which batch it is of and
/// which of its events. The first of some batches creates a pod in a namespace where a shipped detection wants none.
/// </summary>
internal sealed class AuditList
{
    private const string IdPlace = "00000000-0000-0000-0000-000000000000";
    private const string NumberPlace = "000000000000";
    private const string TimePlace = "2026-01-01T00:00:00.000000Z";
    private const string CalmVerb = "get   ";
    private const string MatchingVerb = "create";
    private const string CalmNamespace = "shop   ";
    private const string MatchingNamespace = "default";

    private readonly byte[] text;
    private readonly List<(int At, int Event)> ids = [];
    private readonly List<int> numbers = [];
    private readonly List<int> times = [];
    private readonly int verb;
    private readonly int space;

    public AuditList(int count, int size)
    {
        var list = new StringBuilder("{\"kind\":\"EventList\",\"apiVersion\":\"audit.k8s.io/v1\",\"metadata\":{},\"items\":[");
        void Add(string piece) => list.Append(piece);
        for (var i = 0; i < count; i++)
        {
            Add(i > 0 ? "," : "");
            var begin = list.Length;
            Add("{\"level\":\"Request\",\"auditID\":\"");
            ids.Add((list.Length, i));
            Add($"{IdPlace}\",\"stage\":\"ResponseComplete\",\"requestURI\":\"/api/v1/namespaces/shop/pods/web-{i % 50}\",\"verb\":\"");
            verb = i == 0 ? list.Length : verb;
            // White space may stand between a value and the comma: what replaces a value may be longer.
            Add($"{Padded(CalmVerb)},\"user\":{{\"username\":\"system:serviceaccount:shop:web\",\"uid\":\"u-1\",\"groups\":[\"system:serviceaccounts\",\"system:authenticated\"]}},\"sourceIPs\":[\"10.20.0.{i % 250}\"]");
            Add(",\"userAgent\":\"kube-probe/1.31\",\"objectRef\":{\"resource\":\"pods\",\"namespace\":\"");
            space = i == 0 ? list.Length : space;
            Add($"{Padded(CalmNamespace)},\"name\":\"web-");
            numbers.Add(list.Length);
            Add($"{NumberPlace}\",\"apiVersion\":\"v1\"}},\"responseStatus\":{{\"metadata\":{{}},\"code\":200}},\"requestReceivedTimestamp\":\"");
            times.Add(list.Length);
            Add($"{TimePlace}\",\"stageTimestamp\":\"");
            times.Add(list.Length);
            Add($"{TimePlace}\",\"annotations\":{{\"authorization.k8s.io/decision\":\"allow\",\"batch\":\"");
            numbers.Add(list.Length);
            Add(string.Create(CultureInfo.InvariantCulture, $"{NumberPlace}\",\"item\":\"{i}\",\"padding\":\""));
            list.Append('x', Math.Max(0, size - (list.Length - begin) - 4));
            Add("\"}}");
        }

        text = Encoding.UTF8.GetBytes(list.Append("]}\n").ToString());
    }

    /// <summary>Valid until the next.</summary>
    public ReadOnlyMemory<byte> Next(long number, bool matches, DateTimeOffset now)
    {
        foreach (var (at, item) in ids)
        {
            new Guid(item, 0, 0, BitConverter.GetBytes(number)).TryFormat(text.AsSpan(at, IdPlace.Length), out _);
        }

        foreach (var at in numbers)
        {
            number.TryFormat(text.AsSpan(at, NumberPlace.Length), out _, "D12", CultureInfo.InvariantCulture);
        }

        foreach (var at in times)
        {
            now.UtcDateTime.TryFormat(text.AsSpan(at, TimePlace.Length), out _, "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
        }

        Encoding.UTF8.GetBytes(Padded(matches ? MatchingVerb : CalmVerb), text.AsSpan(verb));
        Encoding.UTF8.GetBytes(Padded(matches ? MatchingNamespace : CalmNamespace), text.AsSpan(space));
        return text;
    }

    /// <summary>The rest of a text whose quotation mark is open, always as long: <c>get"   </c>.</summary>
    private static string Padded(string word) => word.TrimEnd() + "\"" + new string(' ', word.Length - word.TrimEnd().Length);
}
