using System.Text;

namespace Saker.Generate.Samples;

/// <summary>A file of samples/, line by line.</summary>
internal sealed class SampleFile(string name)
{
    private readonly StringBuilder text = new();

    public string Name { get; } = name;

    public string Text => text.ToString();

    public int Lines { get; private set; }

    public void Add(string line, Step step, bool matched = false)
    {
        text.Append(line).Append('\n');
        step.Add(Name, ++Lines, matched);
    }
}
