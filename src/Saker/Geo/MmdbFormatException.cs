namespace Saker.Geo;

/// <summary>Bytes that are not what the format says. <see cref="GeoDatabase"/> turns it into a <see cref="GeoDatabaseException"/> with the file's name.</summary>
internal sealed class MmdbFormatException(string problem) : Exception(problem);
