using System.Security.Cryptography;

namespace Saker.Stores;

/// <summary>How far the journal has been stored, kept in one small file that is replaced whole.</summary>
/// <param name="Journal">The journal's id, made at random with its first checkpoint: tokens of one journal never meet those of another.</param>
/// <param name="Done">Everything before this position is stored, or a dead letter.</param>
/// <param name="Next">The batch from <paramref name="Done"/> to here may be stored already: it must be tried again with the same borders. 0: none was begun.</param>
/// <param name="Sources">What the sources had sent up to <paramref name="Done"/>.</param>
internal sealed record Checkpoint(UInt128 Journal, long Done, long Next, IReadOnlyList<SourceCounts> Sources)
{
    public const string Name = "checkpoint";
    private const string NewName = "checkpoint.new";
    private const byte Version = 1;

    public static Checkpoint First()
    {
        Span<byte> id = stackalloc byte[16];
        RandomNumberGenerator.Fill(id);
        return new Checkpoint(System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(id), 0, 0, []);
    }

    /// <summary>The checkpoint of a directory; null if there is none.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    /// <exception cref="NotSupportedException">A later version of the program wrote it.</exception>
    public static Checkpoint? Load(IFileLayer files, string directory)
    {
        if (files.List(directory).All(f => f.Name != Name))
        {
            return null;
        }

        var path = Path.Combine(directory, Name);
        using var file = files.Open(path);
        var bytes = new byte[file.Length];
        var length = 0;
        while (length < bytes.Length && file.Read(bytes.AsSpan(length), length) is var read and > 0)
        {
            length += read;
        }

        if (length < 5 || Crc32C.Of(bytes.AsSpan(4)) != BitConverter.ToUInt32(bytes))
        {
            throw new InvalidDataException($"{path} is damaged: its checksum does not fit");
        }

        return Read(bytes.AsMemory(4), path);
    }

    /// <summary>Returns once it is on disk; if it throws, the one before holds.</summary>
    public void Save(IFileLayer files, string directory)
    {
        var (path, made) = (Path.Combine(directory, Name), Path.Combine(directory, NewName));
        var bytes = ToBytes();
        if (files.List(directory).Any(f => f.Name == NewName))
        {
            files.Delete(made);
        }

        using (var file = files.Create(made))
        {
            file.Write([bytes], 0);
            file.Flush();
        }

        files.Rename(made, path);
        files.FlushDirectory(directory);
    }

    private byte[] ToBytes()
    {
        var bytes = new byte[64 + Sources.Sum(s => (3L * s.Name.Length) + 128)];
        var writer = new ByteWriter(bytes.AsSpan(4));
        writer.Byte(Version);
        writer.Fixed(Journal);
        writer.Number(Done);
        writer.Number(Next);
        writer.Number(Sources.Count);
        foreach (var source in Sources)
        {
            source.Write(ref writer);
        }

        var length = 4 + writer.Written;
        BitConverter.TryWriteBytes(bytes, Crc32C.Of(bytes.AsSpan(4, length - 4)));
        return bytes[..length];
    }

    private static Checkpoint Read(ReadOnlyMemory<byte> bytes, string path)
    {
        var reader = new ByteReader(bytes);
        if (reader.Byte() is var version && version != Version)
        {
            throw new NotSupportedException($"{path} is of version {version}; this program reads version {Version}");
        }

        var (journal, done, next) = (reader.FixedIdentity(), reader.Number(), reader.Number());
        var sources = new SourceCounts[reader.Count()];
        for (var i = 0; i < sources.Length; i++)
        {
            sources[i] = SourceCounts.Read(ref reader);
        }

        return new Checkpoint(journal, done, next, sources);
    }
}
