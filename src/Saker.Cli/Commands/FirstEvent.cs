using Saker.Events;
using Saker.Ingest;
using Saker.Spl.Execution;

namespace Saker.Cli.Commands;

/// <summary>
/// An event that nobody asked for: decoding it loads the code (and the system's cryptography) that decoding the first real one would wait for.
/// </summary>
internal static class FirstEvent
{
    public static void WarmUp()
    {
        var json = """{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"0","stage":"ResponseComplete","requestURI":"/","verb":"get","user":{"username":"u"},"stageTimestamp":"2026-01-01T00:00:00.000000Z"}"""u8.ToArray();
        new InputReader(new IngestOptions()).Read(new MemoryStream(json), "", default, new Nowhere(), CancellationToken.None);
    }

    private sealed class Nowhere : IDecodeSink
    {
        public void Accept(Event e, EventKind kind, bool truncated) => EventIdentity.Hash(e.Raw.Span, stackalloc byte[32]);

        public void Other(string reason)
        {
        }

        public void Reject(in RecordPlace place, string reason)
        {
        }
    }
}
