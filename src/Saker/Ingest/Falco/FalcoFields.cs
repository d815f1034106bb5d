using System.Text;

namespace Saker.Ingest;

/// <summary>
/// The fields of one Falco alert under the names that rules 2.0 to 3.2 print, whatever version wrote it. The first value of a name stands;
/// another one marks the alert as ambiguous.
/// </summary>
internal sealed class FalcoFields
{
    public const string NotAvailable = "<NA>";

    // The fields that a search over shell alerts groups by; an older rule prints fewer, and its alerts must not fall out of the groups.
    private static readonly string[] Always = ["container_image", "container_image_tag", "container_name", "parent", "proc_exepath", "process", "user"];

    private readonly List<KeyValuePair<string, string>> fields = [];

    public bool IsAmbiguous { get; set; }

    public string? this[string name] => fields.Find(field => field.Key == name).Value;

    public bool TryAdd(string name, string value)
    {
        if (this[name] is not null)
        {
            return false;
        }

        fields.Add(new(name, value));
        return true;
    }

    /// <summary><c>image=octarinesec/kube-recon:latest</c>: old rules print repository and tag as one.</summary>
    public bool TryAddImage(string image)
    {
        var colon = image.LastIndexOf(':');
        if (colon <= image.LastIndexOf('/'))
        {
            return TryAdd("container_image", image);
        }

        var added = TryAdd("container_image", image[..colon]);
        TryAdd("container_image_tag", image[(colon + 1)..]);
        return added;
    }

    /// <summary>Fills up what a system call's alert lacks, so that every generation has the same columns.</summary>
    public void Complete()
    {
        if (this["process"] is null && this["parent"] is null && this["container_id"] is null)
        {
            return;
        }

        foreach (var name in Always)
        {
            TryAdd(name, NotAvailable);
        }
    }

    public void WriteTo(JsonOut extra)
    {
        foreach (var (name, value) in fields)
        {
            extra.Add(Encoding.UTF8.GetBytes(name), value);
        }

        if (IsAmbiguous)
        {
            extra.Add("ambiguous"u8, "true"u8);
        }
    }
}
