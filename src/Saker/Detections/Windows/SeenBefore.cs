using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Saker.Spl.Execution;

namespace Saker.Detections.Windows;

/// <summary>
/// What was read from the store at the start, so that events which are told once more after a crash do not count twice. Equal lines of text are legitimate
/// repeats: each that was read answers for one that is told, by all it says and the very instant at which it arrived.
/// </summary>
internal sealed class SeenBefore
{
    private readonly Dictionary<UInt128, int> counts = [];

    public void Add(Event e)
    {
        var key = KeyOf(e);
        counts[key] = counts.GetValueOrDefault(key) + 1;
    }

    /// <summary>Whether this one was read at the start.</summary>
    public bool Take(Event e)
    {
        if (counts.Count == 0)
        {
            return false;
        }

        var key = KeyOf(e);
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
