namespace Saker.Spl.Text;

/// <summary>A search cannot be read, planned or run. Holds every mistake that was found, each with its place.</summary>
public sealed class SplException : Exception
{
    public SplException(Diagnostic diagnostic)
        : this([diagnostic])
    {
    }

    public SplException(IReadOnlyList<Diagnostic> diagnostics)
        : base(string.Join('\n', diagnostics.Select(d => d.ToString()))) => Diagnostics = diagnostics;

    public IReadOnlyList<Diagnostic> Diagnostics { get; }
}
