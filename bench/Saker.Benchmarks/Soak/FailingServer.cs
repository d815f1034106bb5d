using System.Globalization;
using Saker.Server.Configuration;
using Saker.Server.Serving;
using Saker.Stores;

namespace Saker.Benchmarks.Soak;

/// <summary>
/// <c>failing-server --die-after MILLISECONDS --seed N</c>: <c>saker serve</c> on a disk that fails. After that time, or once there is a file <c>die</c> beside the data directory, the next flush is its
/// end. With <c>--jump SECONDS --after MILLISECONDS</c> its clock jumps instead.
/// </summary>
internal static class FailingServer
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        long Number(string name) => Array.IndexOf(arguments, name) is var at and >= 0 ? long.Parse(arguments[at + 1], CultureInfo.InvariantCulture) : 0;

        var (dies, random) = (Number("--die-after"), new Random((int)Number("--seed")));
        var began = TimeProvider.System.GetTimestamp();
        var order = OrderIn(Environment.GetEnvironmentVariable("SAKER__DATA_DIRECTORY")!);
        bool IsDue() => TimeProvider.System.GetElapsedTime(began).TotalMilliseconds > dies || File.Exists(order);
        var disk = dies == 0 ? (IFileLayer)new DiskFiles() : new FailingDisk(new DiskFiles(), random, IsDue, oneFailsIn: 50);
        var clock = Number("--jump") is var jump and not 0 ? new JumpingClock(TimeSpan.FromSeconds(jump), TimeSpan.FromMilliseconds(Number("--after"))) : TimeProvider.System;
        try
        {
            var options = new ServeOptions(null, EnvironmentOverrides.OfProcess(), Console.Out, Console.Error, IsTerminal: false) { Files = disk };
            await new Service(options, clock).RunAsync(CancellationToken.None);
            return 0;
        }
        catch (ServeException failure)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return 69;
        }
    }

    /// <summary>The file that orders it to end.</summary>
    public static string OrderIn(string data) => data.TrimEnd('/') + ".die";

    /// <summary>Somebody sets the machine's clock; timers and measured times go on, as the system's do.</summary>
    private sealed class JumpingClock(TimeSpan jump, TimeSpan after) : TimeProvider
    {
        private readonly long began = System.GetTimestamp();

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + (System.GetElapsedTime(began) > after ? jump : TimeSpan.Zero);
    }
}
