namespace Saker.Generate.Audit;

/// <summary>The object that a request is about, <c>objectRef</c>.</summary>
internal sealed record ObjectReference(string Resource, string Namespace = "", string Name = "", string Group = "", string Version = "v1", string Subresource = "")
{
    /// <summary>The path of the collection or object: <c>/api/v1/namespaces/shop/pods/web-0/exec</c>.</summary>
    public string Path
    {
        get
        {
            var root = Group.Length > 0 ? $"/apis/{Group}/{Version}" : $"/api/{Version}";
            var collection = Namespace.Length > 0 && Resource != "namespaces" ? $"{root}/namespaces/{Namespace}/{Resource}" : $"{root}/{Resource}";
            return collection + (Name.Length > 0 ? $"/{Name}" : "") + (Subresource.Length > 0 ? $"/{Subresource}" : "");
        }
    }

    /// <summary>Adds the JSON. A name that stands in the body only is not known when the request is received.</summary>
    public void AddTo(Utf8Buffer line, bool withName)
    {
        line.Add("{\"resource\":\""u8).Add(Resource);
        Field(line, "\",\"namespace\":\""u8, Namespace);
        Field(line, "\",\"name\":\""u8, withName ? Name : "");
        Field(line, "\",\"apiGroup\":\""u8, Group);
        Field(line, "\",\"apiVersion\":\""u8, Version);
        Field(line, "\",\"subresource\":\""u8, Subresource);
        line.Add("\"}"u8);
    }

    /// <summary>What the API server says when it does not let a user: the message of a 403.</summary>
    public string Forbidden(string username, string verb)
    {
        var what = Group.Length > 0 ? $"{Resource}.{Group}" : Resource;
        var named = Name.Length > 0 ? $"{what} \"{Name}\"" : what;
        var resource = Subresource.Length > 0 ? $"{Resource}/{Subresource}" : Resource;
        var where = Namespace.Length > 0 ? $"in the namespace \"{Namespace}\"" : "at the cluster scope";
        return $"{named} is forbidden: User \"{username}\" cannot {verb} resource \"{resource}\" in API group \"{Group}\" {where}";
    }

    private static void Field(Utf8Buffer line, ReadOnlySpan<byte> name, string value)
    {
        if (value.Length > 0)
        {
            line.Add(name).Add(value);
        }
    }
}
