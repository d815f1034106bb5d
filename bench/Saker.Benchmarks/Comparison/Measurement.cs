using System.Text.Json;

namespace Saker.Benchmarks.Comparison;

/// <summary>One run of one contestant.</summary>
/// <param name="Build">The build of Saker that was measured in this session.</param>
/// <param name="Session">When this run of the benchmark started; ratios are taken within a session only.</param>
/// <param name="Round">The files are copied anew each round.</param>
/// <param name="Data"><c>synth-4GB</c></param>
/// <param name="Contestant">Its name.</param>
/// <param name="Bytes">Of the file that was read.</param>
/// <param name="Seconds">From the start of the process to its end.</param>
/// <param name="CpuSeconds">Of all its threads.</param>
/// <param name="PeakBytes">The most memory that it held.</param>
internal sealed record Measurement(string Build, string Session, int Round, string Data, string Contestant, long Bytes, double Seconds, double CpuSeconds, long PeakBytes)
{
    public double BytesPerSecond => Bytes / Seconds;
}

/// <summary>What was measured, one JSON object a line, so that a run may be done in pieces.</summary>
internal sealed class MeasurementFile(string path)
{
    public void Add(Measurement measurement) => File.AppendAllText(path, JsonSerializer.Serialize(measurement) + "\n");

    public void Clear() => File.Delete(path);

    /// <summary>What was measured with this build.</summary>
    public IReadOnlyList<Measurement> Of(string build) => !File.Exists(path)
        ? []
        : [.. File.ReadLines(path).Select(line => JsonSerializer.Deserialize<Measurement>(line)!).Where(m => m.Build == build)];
}
