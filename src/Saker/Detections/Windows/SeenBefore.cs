using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Saker.Spl.Execution;

namespace Saker.Detections.Windows;

/// <summary>
/// What each request read from the store at the start, so that events which are told once more after a crash do not count twice. Equal lines of text are
/// legitimate repeats: each that was read answers for one that is told, by all it says and the very instant at which it arrived. Requests read one after the
/// other while events are stored, so that a later one may have read what an earlier one has not.
/// </summary>
internal sealed class SeenBefore
{
    private readonly Dictionary<(UInt128 Key, int Request), int> counts = [];

    public void Add(Event e, int request)
    {
        var key = (KeyOf(e), request);
        counts[key] = counts.GetValueOrDefault(key) + 1;
    }

    /// <summary>Those of the requests which want an event that have not read it at the start.</summary>
    public int[] New(Event e, IReadOnlyList<int> wanted)
    {
        if (counts.Count == 0)
        {
            return [.. wanted];
        }

        var key = KeyOf(e);
        return [.. wanted.Where(request => !Take((key, request)))];
    }

    private bool Take((UInt128 Key, int Request) key)
    {
        if (!counts.TryGetValue(key, out var left))
        {
            return false;
        }

        if (left == 1)
        {
            counts.Remove(key);
        }
        else
        {
            counts[key] = left - 1;
        }

        return true;
    }

    private static UInt128 KeyOf(Event e)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{e.TimeNanoseconds}\0{e.IndexTimeNanoseconds}\0{e.Index}\0{e.Source}\0{e.Sourcetype}\0{e.Host}\0{e.Cluster}\0{e.Raw.Length}\0"));
        hash.AppendData(e.Raw.Span);
        hash.AppendData(e.Extra.Span);
        return BinaryPrimitives.ReadUInt128BigEndian(hash.GetHashAndReset());
    }
}
