namespace Saker.Ingest;

/// <summary>
/// What a GKE entry's request was about: <c>io.k8s.core.v1.pods.exec.create</c> on <c>core/v1/namespaces/shop/pods/web/exec</c>; or, outside the
/// resources, <c>io.k8s.get</c> on <c>readyz</c>.
/// </summary>
internal sealed record GkeTarget(string Verb)
{
    public string? Uri { get; private init; }

    private string? Group { get; init; }

    private string? Version { get; init; }

    private string? Namespace { get; init; }

    private string? Resource { get; init; }

    private string? Name { get; init; }

    private string? Subresource { get; init; }

    public static GkeTarget Of(string method, string resourceName)
    {
        var verb = method[(method.LastIndexOf('.') + 1)..];
        var path = resourceName.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (path.Length < 3 || !IsVersion(path[1]))
        {
            return new GkeTarget(verb) { Uri = resourceName.Length == 0 ? null : "/" + resourceName.TrimStart('/') };
        }

        // A namespace itself, or something in one: the method tells.
        var rest = path.AsSpan(2);
        var inNamespace = rest[0] == "namespaces" && rest.Length > 2 && !IsOfNamespaces(method);
        var at = rest[(inNamespace ? 2 : 0)..];
        var name = at.Length > 1 ? at[1] : null;
        return new GkeTarget(verb)
        {
            Group = path[0] == "core" ? null : path[0],
            Version = path[1],
            Namespace = inNamespace ? rest[1] : at[0] == "namespaces" ? name : null,
            Resource = at[0],
            Name = name,
            Subresource = at.Length > 2 ? string.Join('/', at[2..].ToArray()) : null,
        };
    }

    public void Write(JsonOut json)
    {
        if (Resource is null)
        {
            return;
        }

        json.Open("objectRef"u8);
        json.Add("resource"u8, Resource);
        Add(json, "namespace"u8, Namespace);
        Add(json, "name"u8, Name);
        Add(json, "apiGroup"u8, Group);
        Add(json, "apiVersion"u8, Version);
        Add(json, "subresource"u8, Subresource);
        json.Close();
    }

    private static void Add(JsonOut json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            json.Add(name, value);
        }
    }

    /// <summary><c>io.k8s.core.v1.namespaces.delete</c>, <c>io.k8s.core.v1.namespaces.finalize.update</c>.</summary>
    private static bool IsOfNamespaces(string method)
    {
        var words = method.Split('.');
        var version = Array.FindLastIndex(words, IsVersion);
        return version >= 0 && version + 1 < words.Length && words[version + 1] == "namespaces";
    }

    /// <summary><c>v1</c>, <c>v1beta1</c>, <c>v2alpha3</c>.</summary>
    private static bool IsVersion(string word) => word.Length > 1 && word[0] == 'v' && char.IsAsciiDigit(word[1]) && char.IsAsciiDigit(word[^1]);
}
