using System.Globalization;

namespace Saker.Spl.Scanning;

/// <summary>Paths of <c>spath</c> into XML: <c>Event.EventData.Data{2}</c>, <c>Event.EventData.Data{@Name}</c>.</summary>
internal static class XmlPath
{
    // Deep names of a hostile sender would else cost the square of their length.
    private const int LongestPath = 4096;

    /// <summary>Each element or attribute that the path names. Elements of one name are counted from 1 under their parent.</summary>
    public static void Follow(IReadOnlyList<XmlTree> elements, ReadOnlySpan<char> path, Action<string> found)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var element in elements)
        {
            counts[element.Name] = counts.GetValueOrDefault(element.Name) + 1;
            if (path.StartsWith(element.Name, StringComparison.Ordinal))
            {
                Step(element, counts[element.Name], path[element.Name.Length..], found);
            }
        }
    }

    /// <summary>Every text and attribute with its path; paths of more than 4,096 characters are nobody's field.</summary>
    public static void All(IReadOnlyList<XmlTree> elements, string above, Action<string, string> found)
    {
        foreach (var element in elements)
        {
            if (above.Length + element.Name.Length >= LongestPath)
            {
                continue;
            }

            var name = above.Length == 0 ? element.Name : $"{above}.{element.Name}";
            foreach (var (attribute, value) in element.Attributes)
            {
                found($"{name}{{@{attribute}}}", value);
            }

            if (element.Text is { Length: > 0 } text)
            {
                found(name, text);
            }

            All(element.Children, name, found);
        }
    }

    private static void Step(XmlTree element, int number, ReadOnlySpan<char> rest, Action<string> found)
    {
        if (rest.StartsWith("{"))
        {
            var close = rest.IndexOf('}');
            var index = close < 0 ? "" : rest[1..close];
            if (close > 1 && index[0] == '@')
            {
                foreach (var (name, value) in element.Attributes)
                {
                    if (rest.Length == close + 1 && index[1..].SequenceEqual(name))
                    {
                        found(value);
                    }
                }

                return;
            }

            if (close < 0 || (index.Length > 0 && !(int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var wanted) && wanted == number)))
            {
                return;
            }

            rest = rest[(close + 1)..];
            if (rest.StartsWith("{"))
            {
                // a{2}{@id}: the attribute of the second.
                Step(element, number, rest, found);
                return;
            }
        }

        if (rest.IsEmpty)
        {
            var value = element.Children.Count > 0 ? element.Inner : element.Text;
            if (value.Length > 0)
            {
                found(value);
            }
        }
        else if (rest[0] == '.')
        {
            Follow(element.Children, rest[1..], found);
        }
    }
}
