namespace Saker.Content;

/// <summary>ATT&amp;CK's techniques from the embedded <c>techniques.tsv</c>: the files of later schema generations carry only the id.</summary>
public static class TechniqueTable
{
    private static readonly Lazy<Dictionary<string, Technique>> Techniques = new(Read);

    public static Technique? Find(string id) => Techniques.Value.GetValueOrDefault(id);

    public static IEnumerable<Technique> All => Techniques.Value.Values;

    private static Dictionary<string, Technique> Read()
    {
        using var stream = typeof(TechniqueTable).Assembly.GetManifestResourceStream("techniques.tsv")
            ?? throw new InvalidOperationException("techniques.tsv is not embedded");
        using var reader = new StreamReader(stream);
        var table = new Dictionary<string, Technique>(700, StringComparer.OrdinalIgnoreCase);
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#') && line.Split('\t') is [var id, var name, var tactics])
            {
                table[id] = new Technique(id, name, [.. tactics.Split(',').Select(KillChain.TacticName)]);
            }
        }

        return table;
    }
}
