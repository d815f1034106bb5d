using System.Runtime;

/// <summary>The runtime calls this before the program's own code (<c>DOTNET_STARTUP_HOOKS</c>); as the program ends it writes down what its start took.</summary>
internal static class StartupHook
{
    internal const string ReportVariable = "SAKER_START_REPORT";

    /// <summary>The number of methods that were compiled while it ran, then the assemblies that it loaded, a line each.</summary>
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(ReportVariable) is { Length: > 0 } path)
        {
            AppDomain.CurrentDomain.ProcessExit += (_, _) =>
            {
                var compiled = JitInfo.GetCompiledMethodCount();
                File.WriteAllLines(path, [compiled.ToString(), .. AppDomain.CurrentDomain.GetAssemblies().Select(a => a.GetName().Name ?? "")]);
            };
        }
    }
}
