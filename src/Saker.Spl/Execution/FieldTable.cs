namespace Saker.Spl.Execution;

/// <summary>The field names of one search, each with a slot in its rows.</summary>
public sealed class FieldTable
{
    private readonly Dictionary<string, int> slots = new(StringComparer.Ordinal);
    private readonly List<string> names = [];

    public int Count => names.Count;

    /// <summary>The slot of a name; a new one if the name was not met before.</summary>
    public int Slot(string name)
    {
        if (!slots.TryGetValue(name, out var slot))
        {
            slot = names.Count;
            slots.Add(name, slot);
            names.Add(name);
        }

        return slot;
    }

    public string Name(int slot) => names[slot];
}

/// <summary>Names of the fields that every event has.</summary>
public static class EventFields
{
    public const string Time = "_time";
    public const string IndexTime = "_indextime";
    public const string Raw = "_raw";
    public const string Index = "index";
    public const string Source = "source";
    public const string Sourcetype = "sourcetype";
    public const string Host = "host";
    public const string Cluster = "cluster";

    public static readonly IReadOnlyList<string> All = [Time, IndexTime, Raw, Index, Source, Sourcetype, Host, Cluster];
}
