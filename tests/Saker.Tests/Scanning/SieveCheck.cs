using System.Text;
using Saker.Content;
using Saker.Detections;
using Saker.Detections.Sieving;
using Saker.Events;
using Saker.Ingest;
using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Scanning;
using Saker.Spl.Text;
using Xunit;

namespace Saker.Tests.Scanning;

/// <summary>Puts lines through a sieve and through decoder and matcher: what the sieve leaves out must be one audit event that nobody wants.</summary>
internal sealed class SieveCheck : IDecodeSink
{
    /// <summary>Searches of every sort, besides the shipped detections.</summary>
    private static readonly string[] Searches =
    [
        "sourcetype=_json objectRef.resource=secrets verb IN (get, list, watch) NOT user.username=\"system:*\"", "index=kubernetes user.username=\"system:anonymous\" responseStatus.code>=400",
        "source=kubernetes \"exec\" objectRef.subresource=exec", "objectRef.resource=pods requestObject.spec.containers{}.securityContext.privileged=true", "userAgent=\"curl*\" stage!=RequestReceived",
        "requestURI=\"*token=*\" verb=get level=Metadata", "sourceIPs{}=\"203.0.113.*\" OR user.groups{}=\"system:masters\" verb=delete", "TERM(cluster-admin) verb=create", "impersonatedUser.username=* verb!=get",
        "requestObject.metadata.name=\"a&b\" verb=create", "objectRef.name=\"é*x\" verb=patch", "\"say \\\"hi\\\"\" verb=create", "CASE(Pulling) kind=Event",
        "objectRef.name=\"K8s*\" verb=create", "\"sy\u017Ftem:masters\" verb=get", "\"\u00FCber\" verb=delete", "ns verb=watch objectRef.namespace=k",
    ];

    private readonly RecordDecoder decoder;
    private readonly HeadMatcher matcher;
    private readonly List<(string Name, LineSieve Sieve)> sieves = [];
    private byte[] text = [];
    private int accepted, told, wanted;
    private long time;
    private EventKind kind;

    public SieveCheck(IReadOnlyList<byte[]> sample, params IEnumerable<ScanKernel> kernels)
    {
        var options = new IngestOptions();
        Requests = [.. AllRequests()];
        decoder = new RecordDecoder(options);
        matcher = new HeadMatcher(Requests);
        var arrival = (TimeProvider.System.GetUtcNow().UtcTicks - DateTime.UnixEpoch.Ticks) * 100;
        var lines = sample.SelectMany(l => l.Append((byte)'\n')).ToArray();
        foreach (var kernel in kernels)
        {
            foreach (var way in Enum.GetValues<SieveWay>())
            {
                var plan = SievePlan.Of(Requests, options);
                Assert.NotNull(plan);
                Assert.True(plan.Learn(lines, way));
                Assert.Equal((way != SieveWay.Walk, way == SieveWay.Keys), (plan.Seeking is not null, plan.Seeking?.Keys.Count > 0));
                sieves.Add(($"{kernel.Name}, {way}", new LineSieve(plan, kernel, arrival)));
            }
        }
    }

    public IReadOnlyList<SourceRequest> Requests { get; }

    /// <summary>How many lines some sieve left out.</summary>
    public long Unwanted { get; private set; }

    public void Check(byte[] line)
    {
        if (line.Contains((byte)'\n'))
        {
            return;
        }

        (accepted, told, wanted, time) = (0, 0, 0, 0);
        decoder.Decode(line, new RecordPlace("a.log", 1, default), this);
        var end = line.AsSpan().TrimEnd(" \t\r"u8).Length;
        const int before = 37;
        text = new byte[before + line.Length + LineSieve.SlackBytes];
        text.AsSpan().Fill((byte)'"');
        line.CopyTo(text, before);
        text[before - 1] = text[before + line.Length] = (byte)'\n';
        foreach (var (name, sieve) in sieves)
        {
            var was = (sieve.Times.Oldest, sieve.Times.Newest);
            sieve.BeginStretch();
            sieve.Begin(text, before + line.Length + 1);
            Assert.Equal(before + line.Length, sieve.Newline(text, before, before + line.Length + 1));
            if (sieve.Judge(text, before, before + line.Length) != Verdict.Unwanted)
            {
                continue;
            }

            Unwanted++;

            // Whether all is valid in there is not told of what nobody wants; a line that is not one object may count as one.
            var isOne = JsonSkip.Container(line, 0) == end;
            var isSound = accepted == 1 && told == 1 && kind == EventKind.Audit && wanted == 0 && sieve.Times.Oldest == Math.Min(was.Oldest, time) && sieve.Times.Newest == Math.Max(was.Newest, time);
            if (!isSound && (wanted > 0 || (isOne && !(accepted == 0 && told == 1))))
            {
                Assert.Fail($"{name}: left out, but {accepted} of {told} accepted, {kind}, {wanted} wanted, at {Timestamp.Format(time)} ({Timestamp.Format(sieve.Times.Oldest)} to {Timestamp.Format(sieve.Times.Newest)}): {Convert.ToHexString(line)}\n{Encoding.UTF8.GetString(line)}");
            }
        }
    }

    public void Accept(Event e, EventKind kind, bool truncated)
    {
        (accepted, told, time, this.kind) = (accepted + 1, told + 1, e.TimeNanoseconds, kind);
        wanted += matcher.Match(e).Count;
    }

    public void AcceptView(Event e, EventKind kind) => wanted += matcher.Match(e).Count;

    public void Other(string reason) => told++;

    public void Reject(in RecordPlace place, string reason) => told++;

    private static IEnumerable<SourceRequest> AllRequests()
    {
        var content = ContentLibrary.Load([ContentLibrary.ShippedRoot]);
        var mistakes = new List<Diagnostic>();
        var shipped = PreparedDetection.Prepare(content.Detections, content.Macros, mistakes).SelectMany(d => d.Plan.Requests);
        return shipped.Concat(Searches.SelectMany(s => SearchPlanner.Plan(new SourceText("search", "search " + s), content.Macros).Requests));
    }
}
