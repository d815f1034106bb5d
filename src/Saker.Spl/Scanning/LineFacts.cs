namespace Saker.Spl.Scanning;

/// <summary>What the candidates of a line tell of it.</summary>
internal struct LineFacts
{
    /// <summary>The literals that stand in it, a bit each.</summary>
    public ulong Seen;

    /// <summary>The place after the marked name and its colon, where it stands in the line once and may be a key; else -1, or veiled.</summary>
    public int Marked;

    /// <summary>The first control character before its newline; -1 if there is none.</summary>
    public int Control;

    /// <summary>Whether an escape or a rare letter may hide what a literal seeks, or more than one object may stand in the line.</summary>
    public bool IsVeiled;
}
