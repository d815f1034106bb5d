namespace Saker.Spl.Scanning;

/// <summary>What one pass over a line of JSON tells of it, besides which literals stand in it.</summary>
internal struct LineFacts
{
    /// <summary>Where the line's first object ends: every string and bracket in it is closed there; -1 if it does not end in the line.</summary>
    public int End;

    /// <summary>The place after the marked member of the root object, the first such; -1 if there is none.</summary>
    public int Marked;

    /// <summary>Whether an escape or a rare letter may hide what a literal seeks, or an escape stands in a key of the root object.</summary>
    public bool IsVeiled;

    /// <summary>How deep it nests.</summary>
    public int Depth;
}
