namespace Saker.Spl.Text;

/// <summary>A range of offsets in a <see cref="SourceText"/> or in expanded text.</summary>
public readonly record struct SourceSpan(int Start, int Length)
{
    public int End => Start + Length;

    public static SourceSpan Between(int start, int end) => new(start, Math.Max(0, end - start));
}
