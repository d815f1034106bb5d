using System.Runtime.InteropServices;

namespace Saker.Stores.ClickHouse.Engine;

/// <summary>
/// The child's side of the private engine (<c>saker engine host</c>): becomes ClickHouse, and ends when the parent does, however the parent ends.
/// </summary>
internal static class EngineHost
{
    private const int StackBytes = 16 << 20;

    /// <summary>Senders wait for the server's answer, nobody for the engine's inserts and merges: what it is late with stands in the journal.</summary>
    private const int Niceness = 5;

    /// <summary>Listens, and then runs a query that never ends: the library's process lives as long as its query.</summary>
    private const string Forever = "SYSTEM START LISTEN HTTP; SELECT sleepEachRow(1) FROM system.numbers SETTINGS function_sleep_max_microseconds_per_block=0 FORMAT Null";

    /// <summary>Runs until the parent ends or the engine fails; returns the exit code.</summary>
    /// <param name="program">The library or the program.</param>
    /// <param name="directory">The data directory; <see cref="EngineConfig"/> stands in its <c>config.xml</c>.</param>
    /// <param name="parent">The process that started this one.</param>
    public static int Run(EngineProgram program, string directory, int parent)
    {
        var code = 1;
        // A thread of its own: the kernel's promise to kill us ends with the thread that asked for it, and ClickHouse wants a deeper stack than ours.
        var thread = new Thread(() => code = RunGuarded(program, directory, parent), StackBytes) { IsBackground = false };
        thread.Start();
        thread.Join();
        return code;
    }

    private static int RunGuarded(EngineProgram program, string directory, int parent)
    {
        LinuxProcess.DieWithParent();
        if (LinuxProcess.ParentId() != parent)
        {
            // It ended before we asked the kernel.
            return 0;
        }

        _ = LinuxProcess.GiveWay(Niceness);
        if (!program.IsLibrary)
        {
            return Execute(program.Path, directory);
        }

        // The parent keeps our standard input open and writes nothing: its end is the parent's end, also where the kernel's signal is lost.
        new Thread(WaitForParent) { IsBackground = true }.Start();
        return RunLibrary(program.Path, directory);
    }

    private static void WaitForParent()
    {
        using var input = Console.OpenStandardInput();
        while (input.ReadByte() >= 0)
        {
        }

        LinuxProcess.ExitNow(0);
    }

    private static int Execute(string program, string directory)
    {
        string?[] arguments =
        [
            "clickhouse", "server", $"--config-file={ConfigIn(directory)}", "--", $"--path={directory}/data", "--listen_host=127.0.0.1", "--http_port=0",
            $"--users_config={ConfigIn(directory)}", $"--logger.log={LogIn(directory)}", "--logger.level=warning", "--logger.console=0", null,
        ];
        LinuxProcess.Execute(program, arguments);
        Console.Error.WriteLine($"{program} cannot be run: {Marshal.GetLastPInvokeErrorMessage()}");
        return 1;
    }

    private static unsafe int RunLibrary(string library, string directory)
    {
        string[] arguments =
        [
            "clickhouse-local", $"--config-file={ConfigIn(directory)}", $"--path={directory}/data", $"--logger.log={LogIn(directory)}", "--log-level=warning", $"--query={Forever}",
            "--", "--listen_host=127.0.0.1", "--http_port=0",
        ];
        if (!NativeLibrary.TryLoad(library, out var handle) || !NativeLibrary.TryGetExport(handle, "chdb_query_cmdline", out var run) || !NativeLibrary.TryGetExport(handle, "chdb_result_error", out var error))
        {
            Console.Error.WriteLine($"{library} cannot be loaded: run `saker engine install` again");
            return 1;
        }

        var texts = new byte*[arguments.Length + 1];
        for (var i = 0; i < arguments.Length; i++)
        {
            texts[i] = (byte*)Marshal.StringToCoTaskMemUTF8(arguments[i]);
        }

        fixed (byte** first = texts)
        {
            var result = ((delegate* unmanaged<int, byte**, nint>)run)(arguments.Length, first);
            var message = result == 0 ? 0 : ((delegate* unmanaged<nint, nint>)error)(result);
            Console.Error.WriteLine(message == 0 ? "the engine ended" : Marshal.PtrToStringUTF8(message));
        }

        return 1;
    }

    /// <summary>The configuration's file in a data directory.</summary>
    public static string ConfigIn(string directory) => Path.Combine(directory, "config.xml");

    /// <summary>The engine's own log.</summary>
    public static string LogIn(string directory) => Path.Combine(directory, "engine.log");
}
