using System.Text;
using Saker.Cli.Output;
using Xunit;

namespace Saker.Tests.Cli;

/// <summary>Runs verbs in this process. The console is the process's own, so these tests run alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ConsoleCollection
{
    public const string Name = "console";
}

/// <summary>What one run of <c>saker</c> wrote.</summary>
internal sealed record SakerRun(int Exit, string Output, string Errors)
{
    public static async Task<SakerRun> Of(params string[] arguments)
    {
        var (output, errors) = (Console.Out, Console.Error);
        using var written = new Unclosed();
        using var told = new StringWriter();
        await using var writer = new StreamWriter(written, new UTF8Encoding(false)) { AutoFlush = true };
        OutputTarget.StandardOutput = () => written;
        Console.SetOut(writer);
        Console.SetError(told);
        try
        {
            var exit = await Saker.Cli.CommandLine.RunAsync(arguments);
            return new SakerRun(exit, Encoding.UTF8.GetString(written.ToArray()), told.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(errors);
            OutputTarget.StandardOutput = null;
        }
    }

    /// <summary>Stays open when a verb is done with it.</summary>
    private sealed class Unclosed : MemoryStream
    {
        protected override void Dispose(bool disposing) => base.Dispose(disposing: false);
    }
}
