using Saker.Cli.Output;
using Saker.Content;
using Saker.Content.Yaml;
using Saker.Detections;
using Saker.Detections.Sieving;
using Saker.Ingest;
using Saker.Risk.Exceptions;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Cli.Commands;

/// <summary>
/// A scan that nobody asked for: one detection over one event, told to nobody. It is done beside the loading of the content, and loads the code that the real
/// scan would wait for; a small one is over in two thirds of the time. Where a file is large, some lines are sieved first: that code is waited for soonest.
/// </summary>
internal static class FirstScan
{
    private const string Search = """
        source="kubernetes" verb=get "user.groups{}"="system:*"
        | search NOT objectRef.name IN (a*, b*)
        | iplocation sourceIPs{}
        | fillnull
        | stats count values(userAgent) as userAgent by user.username sourceIPs{} requestURI verb
        | where count > 0
        | rename sourceIPs{} as src_ip, user.username as user
        """;

    private static readonly byte[] FirstEvent = """{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"0","stage":"ResponseComplete","requestURI":"/","verb":"get","user":{"username":"u","groups":["system:g"]},"sourceIPs":["192.0.2.1"],"userAgent":"a","requestReceivedTimestamp":"2026-01-01T00:00:00.000000Z","stageTimestamp":"2026-01-01T00:00:00.000000Z"}"""u8.ToArray();

    /// <summary>Begins it, if a scan is what the command line asks for.</summary>
    public static void Begin(string[] arguments)
    {
        if (arguments is ["scan", _, ..])
        {
            // The YAML reader has a regex compiled for a tag that hardly anybody writes; a scan compiles none of its own.
            AppContext.SetSwitch("System.Runtime.CompilerServices.RuntimeFeature.IsDynamicCodeSupported", false);
            _ = Task.Run(() => Run(isTable: !arguments.Contains("--format"), isLarge: Array.Exists(arguments, IsLarge)));
        }
    }

    private static bool IsLarge(string path) => new FileInfo(path) is { Exists: true } file && file.Length >= new ScanSettings().SieveFromBytes;

    private static void Run(bool isTable, bool isLarge)
    {
        if (isLarge)
        {
            SieveTrial.Run();
        }

        YamlDocument.Read(new SourceText("first", "name: first\n"), []);
        using var target = OutputTarget.Nowhere();
        using var scan = new Scan(PreparedDetection.Prepare([Detection()], new MacroTable(), []), new ScanSettings { Exceptions = new ExceptionSet([]) });
        scan.ReadAsync(new InputFile("first", FirstEvent.Length, default) { Content = FirstEvent }, _ => { }, CancellationToken.None).GetAwaiter().GetResult();
        var report = new ScanReport(scan, fileCount: 1, scan.Evaluate(CancellationToken.None)) { Elapsed = () => default };
        if (isTable)
        {
            new TableOutput(target).Write(report);
        }
    }

    private static Detection Detection() => new()
    {
        Name = "First",
        Id = "00000000-0000-0000-0000-000000000000",
        Type = DetectionType.Anomaly,
        Search = new SourceText("first", Search),
        File = new SourceText("first", ""),
        Generation = SchemaGeneration.B,
        Schedule = Schedule.Hourly,
        Stem = "first",
        Risk = new RiskSpec("$user$ from $src_ip$", [new RiskObjectSpec("user", "user", 1, "$user$ from $src_ip$")], [new ThreatObjectSpec("src_ip", "ip_address")]),
        Annotations = Annotations.None with { Tactics = ["Discovery"] },
    };
}
