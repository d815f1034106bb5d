namespace Saker.Generate.Samples;

/// <summary>Lines as people refer to them: <c>audit.ndjson:12-14,20</c>.</summary>
internal static class LineRanges
{
    public static IEnumerable<string> Of(IEnumerable<(string File, int Line)> lines) =>
        lines.GroupBy(line => line.File).Select(file => $"{file.Key}:{string.Join(',', Ranges([.. file.Select(line => line.Line).Order()]))}");

    private static IEnumerable<string> Ranges(int[] lines)
    {
        for (var i = 0; i < lines.Length; i++)
        {
            var first = i;
            while (i + 1 < lines.Length && lines[i + 1] == lines[i] + 1)
            {
                i++;
            }

            yield return first == i ? $"{lines[i]}" : $"{lines[first]}-{lines[i]}";
        }
    }
}
