using System.Runtime.InteropServices;
using Saker.Stores;

namespace Saker.Tests.Stores;

/// <summary>
/// A disk in memory that fails as real ones do. It knows what a program sees and what has come to rest: after a crash only what was flushed is there, and an
/// arbitrary part, in pieces of 512 bytes, of what was not. A flush that fails drops some of what it should have written and forgets that it had to.
/// </summary>
internal sealed class SimulatedDisk(Random random) : IFileLayer
{
    private const int Sector = 512;

    private readonly Lock gate = new();
    private Dictionary<string, Node> seen = [];
    private Dictionary<string, Node> resting = [];
    private readonly HashSet<string> locked = [];

    private Random Random { get; } = random;

    /// <summary>After so many bytes and calls the machine stops, in the middle of whatever it does.</summary>
    public long Fuel { get; set; } = long.MaxValue;

    /// <summary>One in so many flushes fails; 0: none.</summary>
    public int FlushFails { get; set; }

    /// <summary>One in so many writes stops half-way, for there is no room; 0: none.</summary>
    public int WriteFails { get; set; }

    /// <summary>How many bytes the files may have together.</summary>
    public long Room { get; set; } = long.MaxValue;

    /// <summary>While set, flushes wait.</summary>
    public ManualResetEventSlim Flushing { get; } = new(true);

    /// <summary>How many bytes the files have.</summary>
    public long Used => seen.Values.Sum(n => (long)n.Bytes.Count);

    public bool HasCrashed => Fuel <= 0;

    public IEnumerable<string> Names => seen.Keys;

    /// <summary>The machine after its power came back.</summary>
    public SimulatedDisk AfterCrash()
    {
        var next = new SimulatedDisk(Random);
        foreach (var path in seen.Keys.Union(resting.Keys))
        {
            // A name that was made, removed or replaced without a flush of its directory: either may be found.
            var (now, then) = (seen.GetValueOrDefault(path), resting.GetValueOrDefault(path));
            if ((now == then || Random.Next(2) == 0 ? now : then) is { } node)
            {
                next.seen[path] = next.resting[path] = new Node(node.AtRest(Random));
            }
        }

        return next;
    }

    /// <summary>The same machine for another process, after this one was killed: the system wrote all that it was told to.</summary>
    public SimulatedDisk AfterKill()
    {
        var next = new SimulatedDisk(Random);
        foreach (var (path, node) in seen)
        {
            next.seen[path] = next.resting[path] = new Node(node.Bytes[..]);
        }

        return next;
    }

    /// <summary>What stands in a file; to be read and changed by a test.</summary>
    public List<byte> BytesOf(string path) => seen[path].Bytes;

    public void CreateDirectory(string directory) => Burn(1);

    public IReadOnlyList<FileEntry> List(string directory)
    {
        lock (gate)
        {
            Burn(1);
            return [.. seen.Where(f => Path.GetDirectoryName(f.Key) == directory).Select(f => new FileEntry(Path.GetFileName(f.Key), f.Value.Bytes.Count))];
        }
    }

    public ILogFile Create(string path)
    {
        lock (gate)
        {
            Burn(1);
            var node = new Node([]);
            return seen.TryAdd(path, node) ? new File(this, node) : throw new IOException($"{path} is there");
        }
    }

    public ILogFile Open(string path, bool writes = false)
    {
        lock (gate)
        {
            Burn(1);
            return new File(this, seen.GetValueOrDefault(path) ?? throw new FileNotFoundException(path));
        }
    }

    public void Delete(string path)
    {
        lock (gate)
        {
            Burn(1);
            seen.Remove(path);
        }
    }

    public void Rename(string from, string to)
    {
        lock (gate)
        {
            Burn(1);
            seen[to] = seen[from];
            seen.Remove(from);
        }
    }

    public void FlushDirectory(string directory)
    {
        lock (gate)
        {
            Burn(1);
            foreach (var path in seen.Keys.Union(resting.Keys).Where(p => Path.GetDirectoryName(p) == directory).ToList())
            {
                if (seen.TryGetValue(path, out var node))
                {
                    resting[path] = node;
                }
                else
                {
                    resting.Remove(path);
                }
            }
        }
    }

    public IDisposable Lock(string directory)
    {
        lock (gate)
        {
            return locked.Add(directory) ? new Released(() => locked.Remove(directory)) : throw new DirectoryInUseException(directory);
        }
    }

    /// <summary>Takes fuel; returns how much of what was asked there still was.</summary>
    private long Burn(long amount)
    {
        if (Fuel <= 0)
        {
            throw new IOException("the machine stopped");
        }

        var left = Math.Min(amount, Fuel);
        Fuel -= amount;
        if (left < amount)
        {
            return left;
        }

        return amount;
    }

    private sealed class Released(Action release) : IDisposable
    {
        public void Dispose() => release();
    }

    /// <summary>A file: what a program reads, and what of it has come to rest, by sector.</summary>
    private sealed class Node(List<byte> bytes)
    {
        private readonly HashSet<int> loose = [];
        private List<byte> rest = [.. bytes];

        public List<byte> Bytes { get; } = bytes;

        public void Write(ReadOnlySpan<byte> piece, int offset)
        {
            SetLength(Math.Max(Bytes.Count, offset + piece.Length));
            piece.CopyTo(CollectionsMarshal.AsSpan(Bytes)[offset..]);
            for (var sector = offset / Sector; sector * Sector < offset + piece.Length; sector++)
            {
                loose.Add(sector);
            }
        }

        public void SetLength(int length)
        {
            if (length < Bytes.Count)
            {
                Bytes.RemoveRange(length, Bytes.Count - length);
            }
            else
            {
                Bytes.AddRange(new byte[length - Bytes.Count]);
            }
        }

        public void Flush() => Settle(_ => true, Bytes.Count);

        /// <summary>Some of it is dropped, and is not known to be missing.</summary>
        public void FailFlush(Random random)
        {
            Settle(_ => random.Next(2) == 0, random.Next(2) == 0 ? Bytes.Count : random.Next(Math.Min(rest.Count, Bytes.Count), Bytes.Count + 1));
            loose.Clear();
        }

        public List<byte> AtRest(Random random)
        {
            if (loose.Count == 0 && rest.Count == Bytes.Count)
            {
                return [.. rest];
            }

            var copy = new Node([.. Bytes]) { rest = [.. rest] };
            copy.loose.UnionWith(loose);
            var (shortest, longest) = (Math.Min(rest.Count, Bytes.Count), Math.Max(rest.Count, Bytes.Count));
            copy.Settle(_ => random.Next(2) == 0, random.Next(shortest, longest + 1));
            return copy.rest;
        }

        private void Settle(Func<int, bool> isWritten, int length)
        {
            if (rest.Count > length)
            {
                rest.RemoveRange(length, rest.Count - length);
            }
            else
            {
                rest.AddRange(new byte[length - rest.Count]);
            }

            foreach (var sector in loose.Where(isWritten))
            {
                for (var i = sector * Sector; i < Math.Min((sector + 1) * Sector, Math.Min(length, Bytes.Count)); i++)
                {
                    rest[i] = Bytes[i];
                }
            }

            if (loose.All(isWritten))
            {
                loose.Clear();
            }
        }
    }

    private sealed class File(SimulatedDisk disk, Node node) : ILogFile
    {
        public long Length => node.Bytes.Count;

        public int Read(Span<byte> into, long offset)
        {
            lock (disk.gate)
            {
                disk.Burn(1);
                var count = (int)Math.Clamp(node.Bytes.Count - offset, 0, into.Length);
                CollectionsMarshal.AsSpan(node.Bytes).Slice((int)Math.Min(offset, node.Bytes.Count), count).CopyTo(into);
                return count;
            }
        }

        public void Write(IReadOnlyList<ReadOnlyMemory<byte>> pieces, long offset)
        {
            lock (disk.gate)
            {
                byte[] bytes = [.. pieces.SelectMany(p => p.ToArray())];
                var room = Math.Max(0, disk.Room - disk.seen.Values.Sum(n => (long)n.Bytes.Count) + Math.Max(0, node.Bytes.Count - offset));
                var fits = disk.WriteFails > 0 && disk.Random.Next(disk.WriteFails) == 0 ? disk.Random.Next(bytes.Length) : (int)Math.Min(bytes.Length, room);
                var written = (int)disk.Burn(fits + 1) - 1;
                node.Write(bytes.AsSpan(0, Math.Max(0, written)), (int)offset);
                if (written < bytes.Length)
                {
                    throw new IOException(disk.HasCrashed ? "the machine stopped" : "No space left on device");
                }
            }
        }

        public void Flush()
        {
            disk.Flushing.Wait();
            lock (disk.gate)
            {
                // In the middle of a flush the machine stops before anything, or all, of it counts; what rests then is a matter of chance.
                if (disk.Burn(64) < 64)
                {
                    throw new IOException("the machine stopped");
                }

                if (disk.FlushFails > 0 && disk.Random.Next(disk.FlushFails) == 0)
                {
                    node.FailFlush(disk.Random);
                    throw new IOException("Input/output error");
                }

                node.Flush();
            }
        }

        public void SetLength(long length)
        {
            lock (disk.gate)
            {
                disk.Burn(1);
                node.SetLength((int)length);
            }
        }

        public void Dispose()
        {
        }
    }
}
