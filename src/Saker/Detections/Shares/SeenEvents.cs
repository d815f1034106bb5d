using Saker.Ingest;

namespace Saker.Detections.Shares;

/// <summary>
/// Which events came before. Of each it keeps a fingerprint and where it stands, 16 to 40 bytes together; only where two events share the fingerprint is
/// all they say compared: those that were not decoded are then read again. One thread's.
/// </summary>
internal sealed class SeenEvents(IngestOptions options) : IDisposable
{
    private const int PieceBits = 6;

    private readonly Piece[] pieces = [.. Enumerable.Range(0, 1 << PieceBits).Select(_ => new Piece())];
    private readonly EventPlaces places = new(options);

    /// <summary>For a fingerprint that several events share, what tells them apart.</summary>
    private readonly Dictionary<ulong, HashSet<UInt128>> shared = [];

    public int Count { get; private set; }

    /// <summary>A number for a file, from which lines may be read again.</summary>
    public int AddFile(InputFile file) => places.AddFile(file);

    /// <summary>Takes an event; false if it was there.</summary>
    public bool Add(SeenEvent seen)
    {
        // Nought marks a free place.
        var fingerprint = seen.Fingerprint == 0 ? 1 : seen.Fingerprint;
        var place = places.Numbered(seen);
        if (pieces[(int)(fingerprint >> (64 - PieceBits))].TryAdd(fingerprint, place, out var first))
        {
            Count++;
            return true;
        }

        if (!shared.TryGetValue(fingerprint, out var identities))
        {
            shared[fingerprint] = identities = [places.IdentityAt(first)];
        }

        var isNew = identities.Add(places.IdentityAt(place));
        Count += isNew ? 1 : 0;
        return isNew;
    }

    /// <summary>What tells each of the events from all others.</summary>
    public IEnumerable<UInt128> Identities() =>
        pieces.SelectMany(p => p.All()).Where(p => !shared.ContainsKey(p.Fingerprint)).Select(p => p.Place).Order().Select(places.IdentityAt).Concat(shared.Values.SelectMany(i => i));

    public void Dispose() => places.Dispose();

    public UInt128 IdentityOf(SeenEvent seen) => seen.Identity ?? places.IdentityAt(places.Numbered(seen));

    /// <summary>Open addressing in pieces that grow one at a time, so that growing needs little memory beside.</summary>
    private sealed class Piece
    {
        private (ulong Fingerprint, long Place)[] entries = new (ulong, long)[64];
        private int count;

        /// <summary>False, and where the first one stands, if the fingerprint was there.</summary>
        public bool TryAdd(ulong fingerprint, long place, out long first)
        {
            if (count >= entries.Length / 5 * 4)
            {
                Grow();
            }

            ref var entry = ref Find(entries, fingerprint);
            if (entry.Fingerprint == fingerprint)
            {
                first = entry.Place;
                return false;
            }

            first = place;
            entry = (fingerprint, place);
            count++;
            return true;
        }

        public IEnumerable<(ulong Fingerprint, long Place)> All() => entries.Where(e => e.Fingerprint != 0);

        private void Grow()
        {
            var larger = new (ulong, long)[entries.Length * 2];
            foreach (var entry in entries)
            {
                if (entry.Fingerprint != 0)
                {
                    Find(larger, entry.Fingerprint) = entry;
                }
            }

            entries = larger;
        }

        private static ref (ulong Fingerprint, long Place) Find((ulong Fingerprint, long Place)[] entries, ulong fingerprint)
        {
            var mask = entries.Length - 1;
            var at = (int)fingerprint & mask;
            while (entries[at].Fingerprint != 0 && entries[at].Fingerprint != fingerprint)
            {
                at = (at + 1) & mask;
            }

            return ref entries[at];
        }
    }
}

/// <summary>An event that may come again.</summary>
/// <param name="Fingerprint">What equal events share, and others hardly.</param>
/// <param name="Identity">What tells it from all others; null where it was not decoded.</param>
/// <param name="File">The file where it stands, if it was not decoded.</param>
/// <param name="Offset">Where its line begins there.</param>
internal readonly record struct SeenEvent(ulong Fingerprint, UInt128? Identity, int File = 0, long Offset = 0);
