using Saker.Stores;

namespace Saker.Server.Serving;

/// <summary>What <c>saker serve</c> was told.</summary>
/// <param name="ConfigurationPath">The file to load; null to look in the usual places.</param>
/// <param name="Environment">The variables that override it.</param>
/// <param name="Output">Where people read what they need to know: addresses, and the token that is shown once.</param>
/// <param name="Errors">Where the log goes.</param>
/// <param name="IsTerminal">Whether a person reads the log.</param>
internal sealed record ServeOptions(string? ConfigurationPath, IReadOnlyDictionary<string, string> Environment, TextWriter Output, TextWriter Errors, bool IsTerminal)
{
    /// <summary>The disk under journal and dead letters; another one where failures are tried out.</summary>
    public IFileLayer Files { get; init; } = new DiskFiles();
}

/// <summary>The server cannot start; the message says why and what to do.</summary>
internal sealed class ServeException(string message, bool isConfiguration = false) : Exception(message)
{
    /// <summary>Whether the configuration is at fault.</summary>
    public bool IsConfiguration { get; } = isConfiguration;
}
