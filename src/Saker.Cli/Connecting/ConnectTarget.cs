namespace Saker.Cli.Connecting;

/// <summary>The server that a sender is to be told of.</summary>
/// <param name="Server">Its address as the sender reaches it, without a path.</param>
/// <param name="Token">A token that may send.</param>
/// <param name="Cluster">What the cluster is called.</param>
internal sealed record ConnectTarget(Uri Server, string Token, string Cluster)
{
    /// <summary>The address of a way in.</summary>
    public string At(string path) => new Uri(Server, path).ToString();

    public bool IsTls => Server.Scheme == Uri.UriSchemeHttps;

    public string Host => Server.Host;

    public int Port => Server.Port;
}
