using Saker.Spl.Text;

namespace Saker.Content.Reading;

/// <summary>Things of one kind from all roots: a later root replaces, the same name twice in one root is a mistake.</summary>
internal sealed class Layers<T>(string noun)
    where T : class
{
    private readonly List<ContentItem> items = [];
    private readonly Dictionary<string, ContentItem> byKey = new(StringComparer.OrdinalIgnoreCase);

    public IEnumerable<T> Values => items.Select(i => (T)i.Value!);

    /// <summary>Adds an item, or says what stands in its way.</summary>
    public Diagnostic? Add(ContentItem item, bool isRetired = false)
    {
        var others = item.Keys.Select(key => byKey.GetValueOrDefault(key)).OfType<ContentItem>().Distinct().ToList();
        if (others.Find(o => o.File.Root == item.File.Root) is { } first)
        {
            // What was removed may live on under its name in a newer form.
            return isRetired ? null : ContentErrors.Duplicate(item.Text, item.NameSpan, $"{noun} `{item.Keys[0]}`", first.Text, first.NameSpan);
        }

        foreach (var other in others)
        {
            items.Remove(other);
            foreach (var key in other.Keys)
            {
                byKey.Remove(key);
            }
        }

        items.Add(item);
        foreach (var key in item.Keys)
        {
            byKey[key] = item;
        }

        return null;
    }
}
