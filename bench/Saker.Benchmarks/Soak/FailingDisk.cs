using Saker.Stores;

namespace Saker.Benchmarks.Soak;

/// <summary>
/// A disk that stops this process in the middle of a flush, as a power cut does: of what was written since the flush before, only an arbitrary beginning is left, and a file whose name was
/// not flushed may be gone. Before that, some flushes fail: they lose likewise, and throw.
/// </summary>
/// <param name="disk">The real one.</param>
/// <param name="random">Decides what is left.</param>
/// <param name="isDue">Whether the next flush is the last.</param>
/// <param name="oneFailsIn">One flush in so many fails; 0: none.</param>
internal sealed class FailingDisk(IFileLayer disk, Random random, Func<bool> isDue, int oneFailsIn) : IFileLayer
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, OpenFile> open = [];
    private readonly HashSet<string> unnamed = [];

    public void CreateDirectory(string directory) => disk.CreateDirectory(directory);

    public IReadOnlyList<FileEntry> List(string directory) => disk.List(directory);

    public ILogFile Create(string path)
    {
        lock (gate)
        {
            unnamed.Add(path);
            return open[path] = new OpenFile(this, path, disk.Create(path));
        }
    }

    public ILogFile Open(string path, bool writes = false) => disk.Open(path, writes);

    public void Delete(string path)
    {
        lock (gate)
        {
            unnamed.Remove(path);
            disk.Delete(path);
        }
    }

    public void Rename(string from, string to)
    {
        lock (gate)
        {
            if (isDue() && random.Next(2) == 0)
            {
                Die();
            }

            unnamed.Remove(from);
            disk.Rename(from, to);
        }
    }

    public void FlushDirectory(string directory)
    {
        lock (gate)
        {
            if (isDue())
            {
                Die();
            }

            unnamed.RemoveWhere(p => Path.GetDirectoryName(p) == directory);
            disk.FlushDirectory(directory);
        }
    }

    public IDisposable Lock(string directory) => disk.Lock(directory);

    private void Flush(OpenFile file)
    {
        lock (gate)
        {
            if (isDue())
            {
                // Sometimes all of it came to rest, and nobody was told.
                if (random.Next(3) == 0)
                {
                    file.Rest();
                }

                Die();
            }

            if (oneFailsIn > 0 && random.Next(oneFailsIn) == 0)
            {
                file.Lose(random);
                throw new IOException("Input/output error (tried out)");
            }

            file.Rest();
        }
    }

    private void Die()
    {
        foreach (var file in open.Values)
        {
            file.Lose(random);
        }

        foreach (var path in unnamed.Where(_ => random.Next(2) == 0))
        {
            disk.Delete(path);
        }

        System.Diagnostics.Process.GetCurrentProcess().Kill();
        throw new InvalidOperationException("it lives on");
    }

    private sealed class OpenFile(FailingDisk disk, string path, ILogFile file) : ILogFile
    {
        private long resting;

        public long Length => file.Length;

        public int Read(Span<byte> into, long offset) => file.Read(into, offset);

        public void Write(IReadOnlyList<ReadOnlyMemory<byte>> pieces, long offset)
        {
            lock (disk.gate)
            {
                file.Write(pieces, offset);
            }
        }

        public void Flush() => disk.Flush(this);

        public void SetLength(long length)
        {
            lock (disk.gate)
            {
                file.SetLength(length);
                resting = Math.Min(resting, length);
            }
        }

        public void Dispose()
        {
            lock (disk.gate)
            {
                disk.open.Remove(path);
                file.Dispose();
            }
        }

        public void Rest()
        {
            file.Flush();
            resting = file.Length;
        }

        /// <summary>Leaves an arbitrary beginning of what was not flushed; sometimes its length is right and its end is zeros.</summary>
        public void Lose(Random random)
        {
            var length = file.Length;
            if (length <= resting)
            {
                return;
            }

            var left = resting + random.NextInt64(length - resting + 1);
            file.SetLength(left);
            if (random.Next(2) == 0)
            {
                file.SetLength(length);
            }
        }
    }
}
