using System.Diagnostics;
using System.Text;

namespace Saker.Benchmarks.Serving;

/// <summary>Audit events of a cluster at work, in batches as an API server sends them: reads by service accounts, and a share of requests whose namespace tells them apart.</summary>
internal sealed class ClusterNoise
{
    private const int Batch = 100;
    private const string Place = "00000000-0000-0000-0000-000000000000";
    private readonly byte[] text;
    private readonly List<int> places = [];
    private readonly List<int> tenants = [];
    private readonly int namespaces;
    private readonly byte seed;
    private long number;

    /// <param name="share">Of events that create pods in one of <paramref name="namespaces"/>, tenant-0 and on.</param>
    /// <param name="namespaces">How many there are.</param>
    /// <param name="seed">Tells senders' events apart.</param>
    public ClusterNoise(double share = 0, int namespaces = 1, int seed = 0)
    {
        (this.namespaces, this.seed) = (namespaces, (byte)seed);
        var list = new StringBuilder("{\"kind\":\"EventList\",\"apiVersion\":\"audit.k8s.io/v1\",\"metadata\":{},\"items\":[");
        for (var i = 0; i < Batch; i++)
        {
            var creates = i < share * Batch;
            list.Append(i > 0 ? "," : "").Append("{\"level\":\"Request\",\"auditID\":\"");
            places.Add(list.Length);
            list.Append(Place).Append("\",\"stage\":\"ResponseComplete\",\"requestURI\":\"/api/v1/namespaces/shop/pods/web-").Append(i % 50)
                .Append("\",\"verb\":\"").Append(creates ? "create" : "get").Append("\",\"user\":{\"username\":\"system:serviceaccount:shop:web\",\"groups\":[\"system:serviceaccounts\",\"system:authenticated\"]},\"sourceIPs\":[\"10.20.0.")
                .Append(i % 250).Append("\"],\"userAgent\":\"kube-probe/1.31\",\"objectRef\":{\"resource\":\"pods\",\"namespace\":\"").Append(creates ? "tenant-000" : "shop");
            if (creates)
            {
                tenants.Add(list.Length - 3);
            }

            list.Append("\",\"name\":\"web-").Append(i % 50)
                .Append("\",\"apiVersion\":\"v1\"},\"responseStatus\":{\"metadata\":{},\"code\":200},\"annotations\":{\"authorization.k8s.io/decision\":\"allow\",\"padding\":\"")
                .Append('x', 1000).Append("\"}}");
        }

        text = Encoding.UTF8.GetBytes(list.Append("]}\n").ToString());
    }

    /// <summary>Sends so many a second until it is cancelled; how many were acknowledged.</summary>
    public async Task<long> SendAsync(BenchServer server, int rate, CancellationToken over)
    {
        var (due, acknowledged) = (Stopwatch.GetTimestamp(), 0L);
        while (!over.IsCancellationRequested)
        {
            if (Stopwatch.GetElapsedTime(due) is var late && late < TimeSpan.Zero)
            {
                await Task.Delay(-late, CancellationToken.None);
            }

            due += Batch * Stopwatch.Frequency / rate;
            acknowledged += await server.PostAsync("/audit/bench", Next()) == 200 ? Batch : 0;
        }

        return acknowledged;
    }

    private ReadOnlyMemory<byte> Next()
    {
        number++;
        for (var i = 0; i < places.Count; i++)
        {
            new Guid(i, seed, 0, BitConverter.GetBytes(number)).TryFormat(text.AsSpan(places[i], Place.Length), out _);
        }

        foreach (var place in tenants)
        {
            _ = (number % namespaces).TryFormat(text.AsSpan(place, 3), out _, "000", System.Globalization.CultureInfo.InvariantCulture);
        }

        return text;
    }
}
