namespace Saker.Geo;

/// <summary>The types of the MaxMind DB format 2.0, by their numbers there.</summary>
internal enum MmdbType
{
    Pointer = 1,
    Text = 2,
    Double = 3,
    Bytes = 4,
    UInt16 = 5,
    UInt32 = 6,
    Map = 7,
    Int32 = 8,
    UInt64 = 9,
    UInt128 = 10,
    Array = 11,
    CacheContainer = 12,
    EndMarker = 13,
    Boolean = 14,
    Float = 15,
}

/// <summary>A field's control bytes, read: what the value is and where its payload starts.</summary>
/// <param name="Type">What the value is.</param>
/// <param name="Size">Bytes of a scalar; entries of a map or array; a boolean's value; a pointer's target.</param>
/// <param name="Payload">Offset in the section of the first byte after the control bytes.</param>
internal readonly record struct MmdbControl(MmdbType Type, int Size, int Payload);
