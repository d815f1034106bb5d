namespace Saker.Spl.Execution;

/// <summary>
/// A 128-bit number to keep in fields and collections. Of code that knows the layout of the runtime's own (<see cref="UInt128"/>), and be it of an object
/// that has one among its fields, nothing is compiled ahead: a small scan would spend its time in the compiler.
/// </summary>
public readonly record struct Key128(ulong High, ulong Low) : IComparable<Key128>
{
    public static implicit operator Key128(UInt128 number) => new((ulong)(number >> 64), (ulong)number);

    public static implicit operator UInt128(Key128 key) => new(key.High, key.Low);

    public Key128 Xor(Key128 other) => new(High ^ other.High, Low ^ other.Low);

    public int CompareTo(Key128 other) => High != other.High ? High.CompareTo(other.High) : Low.CompareTo(other.Low);

    public override int GetHashCode() => (int)(High ^ Low);
}
