namespace Saker.Detections;

/// <summary>A set of identities in 20 to 40 bytes each: open addressing in pieces that grow one at a time, so that growing needs little memory beside.</summary>
internal sealed class IdentitySet
{
    private const int PieceBits = 6;

    private readonly Piece[] pieces = [.. Enumerable.Range(0, 1 << PieceBits).Select(_ => new Piece())];

    public int Count { get; private set; }

    /// <summary>False if it was there.</summary>
    public bool Add(UInt128 identity)
    {
        // Hashes spread by themselves; nought marks a free place.
        identity = identity == 0 ? 1 : identity;
        var isNew = pieces[(int)(identity >> (128 - PieceBits))].Add(identity);
        Count += isNew ? 1 : 0;
        return isNew;
    }

    public IEnumerable<UInt128> All() => pieces.SelectMany(p => p.All());

    private sealed class Piece
    {
        private UInt128[] places = new UInt128[64];
        private int count;

        public bool Add(UInt128 identity)
        {
            if (count >= places.Length / 5 * 4)
            {
                Grow();
            }

            ref var place = ref Find(places, identity);
            if (place == identity)
            {
                return false;
            }

            place = identity;
            count++;
            return true;
        }

        public IEnumerable<UInt128> All() => places.Where(p => p != 0);

        private void Grow()
        {
            var larger = new UInt128[places.Length * 2];
            foreach (var identity in places)
            {
                if (identity != 0)
                {
                    Find(larger, identity) = identity;
                }
            }

            places = larger;
        }

        private static ref UInt128 Find(UInt128[] places, UInt128 identity)
        {
            var mask = places.Length - 1;
            var at = (int)(ulong)identity & mask;
            while (places[at] != 0 && places[at] != identity)
            {
                at = (at + 1) & mask;
            }

            return ref places[at];
        }
    }
}
