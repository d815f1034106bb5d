namespace Saker.Benchmarks.Comparison;

/// <summary>The other engines: what of them is here, installed or compiled where that can be done.</summary>
/// <param name="root">The repository.</param>
/// <param name="directory">Where compiled programs go.</param>
internal sealed class Peers(string root, string directory)
{
    private readonly string source = Path.Combine(root, "bench/peers");
    private readonly string bin = Path.Combine(directory, "bin");
    private readonly Dictionary<string, string> missing = new(StringComparer.Ordinal);

    /// <summary>What is not here, by contestants' first word, and why.</summary>
    public IReadOnlyDictionary<string, string> Missing => missing;

    public string ClickHouseLibrary => Path.Combine(source, "node_modules/@chdb/lib-linux-x64-gnu/libchdb.so");

    /// <param name="wanted">The engines to look for, by contestants' first word.</param>
    /// <param name="installs">Whether what is missing may be installed; else it is only told.</param>
    public void Prepare(IReadOnlySet<string> wanted, bool installs = true)
    {
        Directory.CreateDirectory(bin);
        if (wanted.Contains("duckdb") || wanted.Contains("clickhouse"))
        {
            PreparePackages(installs);
        }

        foreach (var (name, program, package) in ((string, string, string)[])[("jq", "jq", "jq"), ("ripgrep", "rg", "ripgrep"), ("grep", "grep", "grep")])
        {
            if (wanted.Contains(name) && Tool.Find(program) is null && !(installs && Install(package)))
            {
                missing[name] = $"install {package}";
            }
        }

        if (wanted.Contains("clickhouse") && !missing.ContainsKey("clickhouse"))
        {
            Compile("clickhouse", "cc", "clickhouse/local.c", "-O2", "-ldl");
        }

        if (wanted.Contains("simdjson") && (File.Exists("/usr/include/simdjson.h") || (installs && Install("libsimdjson-dev"))))
        {
            Compile("simdjson", "c++", "simdjson/three.cc", "-O3", "-march=native", "-std=c++17", "-lsimdjson");
        }
        else if (wanted.Contains("simdjson"))
        {
            missing["simdjson"] = "install libsimdjson-dev";
        }

        if (wanted.Contains("newlines"))
        {
            Compile("newlines", "c++", "simdjson/newlines.cc", "-O3", "-march=native", "-pthread");
        }
    }

    /// <summary>A file of <c>bench/peers</c>.</summary>
    public string Source(string name) => Path.Combine(source, name);

    /// <summary>A program compiled from <c>bench/peers</c>.</summary>
    public string Program(string contestant) => Path.Combine(bin, contestant);

    /// <summary>The versions of what is here.</summary>
    public IEnumerable<string> Versions()
    {
        string First(params string[] command) => Tool.Find(command[0]) is null ? "" : Tool.Run(bin, command).Output.Split('\n')[0];
        string Package(string name) => Path.Combine(source, "node_modules", name, "package.json") is var path && File.Exists(path)
            ? System.Text.Json.JsonDocument.Parse(File.ReadAllText(path)).RootElement.GetProperty("version").GetString()!
            : "";
        string[] versions =
        [
            Package("@duckdb/node-api") is { Length: > 0 } duckdb ? $"DuckDB (@duckdb/node-api {duckdb}, Node.js {First("node", "--version")})" : "",
            Package("@chdb/lib-linux-x64-gnu") is { Length: > 0 } chdb ? $"ClickHouse (@chdb/lib-linux-x64-gnu {chdb})" : "",
            First("pkg-config", "--modversion", "simdjson") is { Length: > 0 } simdjson && !simdjson.StartsWith("Package", StringComparison.Ordinal) ? $"simdjson {simdjson}" : "",
            First("jq", "--version"),
            First("rg", "--version"),
            First("grep", "--version"),
        ];
        return versions.Where(v => v.Length > 0);
    }

    private void PreparePackages(bool installs)
    {
        var why = Tool.Find("npm") is null || Tool.Find("node") is null ? "install Node.js and npm" : "run `npm install` in bench/peers";
        bool Here() => Tool.Find("node") is not null && Directory.Exists(Path.Combine(source, "node_modules/@duckdb/node-api")) && File.Exists(ClickHouseLibrary);
        if (!Here() && installs && Tool.Find("npm") is not null)
        {
            Console.Error.WriteLine("installing bench/peers (npm install)");

            // Not `npm ci`: it wants the packages of other platforms too, which some registries do not have. The versions are exact in package.json.
            _ = Tool.Run(source, "npm", "install", "--no-save", "--no-audit", "--no-fund");
        }

        if (!Here())
        {
            missing["duckdb"] = missing["clickhouse"] = why;
        }
    }

    private void Compile(string contestant, string compiler, string file, params string[] options)
    {
        if (Tool.Find(compiler) is null)
        {
            missing[contestant] = "install a C and C++ compiler";
            return;
        }

        // Libraries come after what uses them.
        var libraries = options.Where(o => o.StartsWith("-l", StringComparison.Ordinal));
        _ = Tool.Must(source, [compiler, .. options.Except(libraries), "-o", Program(contestant), Source(file), .. libraries]);
    }

    private static bool Install(string package)
    {
        if (Environment.UserName != "root" || Tool.Find("apt-get") is null)
        {
            return false;
        }

        Console.Error.WriteLine($"installing {package} (apt-get)");
        return Tool.Run("/", "apt-get", "install", "-y", "-qq", package).ExitCode == 0;
    }
}
