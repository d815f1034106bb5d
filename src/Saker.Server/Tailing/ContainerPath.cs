using System.Text.RegularExpressions;
using Saker.Ingest;

namespace Saker.Server.Tailing;

/// <summary>
/// What the kubelet writes into the names of container logs: <c>/var/log/containers/web-1_shop_nginx-&lt;64 hex digits&gt;.log</c> (links) and
/// <c>/var/log/pods/shop_web-1_&lt;uid&gt;/nginx/0.log</c>.
/// </summary>
internal static partial class ContainerPath
{
    /// <summary>Names pod, namespace and container as fields, and the sourcetype as collectors name it, <c>kube:container:nginx</c>.</summary>
    public static Wrapping Describe(string path, Wrapping wrapping)
    {
        var match = Link().Match(path) is { Success: true } link ? link : Pod().Match(path);
        if (!match.Success)
        {
            return wrapping;
        }

        var fields = new JsonOut();
        fields.Add("k8s.pod.name", match.Groups["pod"].Value);
        fields.Add("k8s.namespace.name", match.Groups["namespace"].Value);
        fields.Add("k8s.container.name", match.Groups["container"].Value);
        return wrapping with { Sourcetype = "kube:container:" + match.Groups["container"].Value, Fields = fields.Written };
    }

    [GeneratedRegex(@"/(?<pod>[a-z0-9.-]+)_(?<namespace>[a-z0-9-]+)_(?<container>[a-z0-9-]+)-[0-9a-f]{64}\.log$", RegexOptions.CultureInvariant)]
    private static partial Regex Link();

    [GeneratedRegex(@"/(?<namespace>[a-z0-9-]+)_(?<pod>[a-z0-9.-]+)_[0-9a-f-]{32,36}/(?<container>[a-z0-9-]+)/\d+\.log[^/]*$", RegexOptions.CultureInvariant)]
    private static partial Regex Pod();
}
