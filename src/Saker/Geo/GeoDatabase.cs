using System.Net;
using System.Net.Sockets;

namespace Saker.Geo;

/// <summary>
/// A database in MaxMind's format (.mmdb, format version 2) that tells where an address is. Any thread may ask.
/// The file is read once and not looked at again: mapping it would kill the process when the file is overwritten in place.
/// </summary>
public sealed class GeoDatabase : IDisposable
{
    /// <summary>Places last given, by their offset: attackers come back. A slot is one reference, so that threads need no lock.</summary>
    private readonly Remembered?[] remembered = new Remembered?[4096];
    private readonly string path;
    private readonly MmdbMetadata metadata;
    private readonly MmdbTree tree;
    private byte[]? file;

    private GeoDatabase(string path, byte[] file)
    {
        this.path = path;
        this.file = file;
        metadata = MmdbMetadata.Read(file);
        tree = new MmdbTree(file.AsMemory(0, metadata.TreeLength), metadata);
    }

    /// <summary>What the database calls itself: <c>GeoLite2-City</c>, <c>city ipv4</c>, …</summary>
    public string DatabaseType => metadata.DatabaseType;

    /// <summary>4: knows IPv4 only. 6: knows IPv6, and mostly IPv4 too.</summary>
    public int IpVersion => metadata.IpVersion;

    /// <summary>Opens a database.</summary>
    /// <exception cref="GeoDatabaseException">There is no such file, it is not a MaxMind-format database, of another version, truncated or corrupt.</exception>
    public static GeoDatabase Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            return new GeoDatabase(path, ReadAll(path));
        }
        catch (MmdbFormatException e)
        {
            throw new GeoDatabaseException(path, e.Message, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            var problem = e is FileNotFoundException or DirectoryNotFoundException ? "no such file" : $"cannot be read: {e.Message}";
            throw new GeoDatabaseException(path, problem, e);
        }
    }

    /// <summary>
    /// Finds where an address is. An IPv4-mapped address (<c>::ffff:192.0.2.1</c>) is looked up as IPv4; a 6to4 or Teredo address that the
    /// database does not know is looked up as the IPv4 address inside.
    /// </summary>
    /// <param name="address">An IPv4 or IPv6 address; a scope id plays no part.</param>
    /// <param name="place">The place, <see cref="GeoPlace.Nowhere"/> if there is none.</param>
    /// <returns>Whether the database has a record for the address.</returns>
    /// <exception cref="GeoDatabaseException">The database is corrupt.</exception>
    /// <exception cref="ObjectDisposedException">The database was closed.</exception>
    public bool TryFind(IPAddress address, out GeoPlace place)
    {
        ArgumentNullException.ThrowIfNull(address);
        var file = this.file;
        ObjectDisposedException.ThrowIf(file is null, this);
        Span<byte> bytes = stackalloc byte[16];
        var length = Write(address, bytes);
        try
        {
            var found = TryFindOffset(bytes[..length], out var offset);
            place = found ? PlaceAt(file, offset) : GeoPlace.Nowhere;
            return found;
        }
        catch (MmdbFormatException e)
        {
            throw new GeoDatabaseException(this.path, e.Message, e);
        }
    }

    public void Dispose() => this.file = null;

    private static int Write(IPAddress address, Span<byte> bytes)
    {
        if (address.AddressFamily == AddressFamily.InterNetworkV6 && address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        return address.TryWriteBytes(bytes, out var length) ? length : throw new ArgumentException("An address of 4 or 16 bytes was expected.", nameof(address));
    }

    private bool TryFindOffset(ReadOnlySpan<byte> address, out long offset)
    {
        if (address.Length == 4)
        {
            return tree.TryFind(address, out offset);
        }

        if (metadata.IpVersion == 6 && tree.TryFind(address, out offset))
        {
            return true;
        }

        offset = 0;
        Span<byte> embedded = stackalloc byte[4];
        return EmbeddedIPv4.TryRead(address, embedded) && tree.TryFind(embedded, out offset);
    }

    private GeoPlace PlaceAt(byte[] file, long offset)
    {
        if (offset >= metadata.DataLength)
        {
            throw new MmdbFormatException($"corrupt: a record of its search tree points to {offset}, past the data's end at {metadata.DataLength}");
        }

        ref var slot = ref this.remembered[(int)(((uint)offset * 2_654_435_769u) >> 20)];
        var remembered = Volatile.Read(ref slot);
        if (remembered is null || remembered.Offset != offset)
        {
            var section = new MmdbSection(file.AsSpan(metadata.DataStart, metadata.DataLength));
            remembered = new Remembered(offset, GeoRecord.Read(section, (int)offset));
            Volatile.Write(ref slot, remembered);
        }

        return remembered.Place;
    }

    private static byte[] ReadAll(string path)
    {
        using var handle = File.OpenHandle(path, options: FileOptions.SequentialScan);
        var length = RandomAccess.GetLength(handle);
        if (length > Array.MaxLength)
        {
            throw new MmdbFormatException($"unsupported: a database of {length} bytes, the most is {Array.MaxLength}");
        }

        var file = GC.AllocateUninitializedArray<byte>((int)length);
        for (var read = 0; read < file.Length;)
        {
            var step = RandomAccess.Read(handle, file.AsSpan(read), read);
            read += step > 0 ? step : throw new MmdbFormatException("truncated while it was read");
        }

        return file;
    }

    private sealed record Remembered(long Offset, GeoPlace Place);
}
