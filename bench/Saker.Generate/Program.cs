using System.Diagnostics;
using Saker.Generate.Load;
using Saker.Generate.Samples;

const string Usage = """
    Writes an audit log for benchmarks, or samples/. The same arguments give the same bytes.

      dotnet run -c Release --project bench/Saker.Generate -- --size 1GB --seed 7 --out FILE
          --out -              to standard output
          --attack-rate 1e-4   the share of requests that are attacks
          --all-match          every event is a pod created in a default namespace
      dotnet run -c Release --project bench/Saker.Generate -- --samples samples
    """;

LoadOptions options;
try
{
    options = LoadOptions.Parse(args);
}
catch (FormatException e)
{
    Console.Error.WriteLine($"{e.Message}\n\n{Usage}");
    return 64;
}

if (options.Samples is not null)
{
    SampleSet.WriteTo(options.Samples);
    return 0;
}

var watch = Stopwatch.StartNew();
using var output = options.Out == "-" ? Console.OpenStandardOutput() : new FileStream(options.Out, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
var (events, attacks) = Generator.Write(options, output);
Console.Error.WriteLine($"{events} events, {attacks} requests of them attacks, in {watch.Elapsed.TotalSeconds:0.0} s");
return 0;
