using System.Runtime.CompilerServices;
using Saker.Ingest;

namespace Saker.Detections.Shares;

/// <summary>
/// Which events came before. Of each it keeps a fingerprint and where it stands, about 20 to 30 bytes together; only where two events share the fingerprint is
/// all they say compared: those that were not decoded are then read again. One thread's.
/// </summary>
internal sealed class SeenEvents(IngestOptions options) : IDisposable
{
    /// <summary>128 kB: an array so large is never moved.</summary>
    private const int PlacesAtOnce = 1 << 14;

    private readonly FingerprintTable table = new();
    private readonly EventPlaces places = new(options);

    /// <summary>Where the event of each number in the table stands.</summary>
    private readonly ChunkedList<long> firsts = new(PlacesAtOnce);

    /// <summary>For a fingerprint that several events share, what tells them apart.</summary>
    private readonly Dictionary<ulong, HashSet<UInt128>> shared = [];

    public int Count { get; private set; }

    /// <summary>A number for a file, from which lines may be read again.</summary>
    public int AddFile(InputFile file) => places.AddFile(file);

    /// <summary>Takes a decoded event; false if it was there.</summary>
    public bool Add(SeenEvent seen) => Add(seen.Fingerprint, places.Numbered(seen.Identity));

    /// <summary>Takes events of a file that were not decoded, in their order. Says which of them were there, and how many.</summary>
    public int Add(int file, ReadOnlySpan<SeenLine> lines, bool[] repeats)
    {
        var count = 0;
        for (var i = 0; i < lines.Length; i++)
        {
            table.Near(lines, i);
            if (!Add(lines[i].Fingerprint, EventPlaces.Numbered(file, lines[i].Offset)))
            {
                repeats[i] = true;
                count++;
            }
        }

        return count;
    }

    /// <summary>What tells each of the events from all others.</summary>
    public IEnumerable<UInt128> Identities() =>
        table.All().Where(e => !shared.ContainsKey(e.Tag)).Select(e => firsts[e.Number]).Order().Select(places.IdentityAt).Concat(shared.Values.SelectMany(i => i));

    public void Dispose() => places.Dispose();

    /// <summary>What tells the event whose line begins at a place of a file from all others.</summary>
    public UInt128 IdentityOf(int file, SeenLine line) => places.IdentityAt(EventPlaces.Numbered(file, line.Offset));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Add(ulong fingerprint, long place)
    {
        if (table.TryAdd(fingerprint, out var first))
        {
            firsts.Add(place);
            Count++;
            return true;
        }

        return AddShared(FingerprintTable.Tag(fingerprint), first, place);
    }

    private bool AddShared(ulong tag, int first, long place)
    {
        if (!shared.TryGetValue(tag, out var identities))
        {
            shared[tag] = identities = [places.IdentityAt(firsts[first])];
        }

        var isNew = identities.Add(places.IdentityAt(place));
        Count += isNew ? 1 : 0;
        return isNew;
    }
}

/// <summary>A decoded event that may come again.</summary>
/// <param name="Fingerprint">What equal events share, and others hardly.</param>
/// <param name="Identity">What tells it from all others.</param>
internal readonly record struct SeenEvent(ulong Fingerprint, UInt128 Identity);

/// <summary>An event that may come again and was grouped from its line.</summary>
/// <param name="Fingerprint">What equal events share, and others hardly.</param>
/// <param name="Offset">Where its line begins in its file.</param>
internal readonly record struct SeenLine(ulong Fingerprint, long Offset);
