namespace Saker.Benchmarks.Comparison;

/// <summary>A built <c>saker</c>.</summary>
/// <param name="Program">Its path.</param>
/// <param name="Name">What it was built from: <c>0.1.0+4ae4189b292d</c>, and <c>, changed</c> where files were not committed.</param>
internal sealed record SakerBuild(string Program, string Name)
{
    private const int CommitLength = 12;

    /// <summary>What moves the figures: sources, content and how they are built.</summary>
    private static readonly string[] Sources = ["src", "content", "saker", "global.json", "Directory.Build.props", "Directory.Packages.props"];

    /// <summary>The repository as it stands, built by its own script.</summary>
    public static SakerBuild OfTree(string root)
    {
        // The script tells that it builds; the program, asked by itself, gives the version alone.
        _ = Tool.Must(root, Path.Combine(root, "saker"), "--version");
        var program = Path.Combine(root, "artifacts/saker/saker");
        var changed = Tool.Run(root, ["git", "status", "--porcelain", "--", .. Sources]) is (0, { Length: > 0 });
        return new SakerBuild(program, OfProgram(program).Name + (changed ? ", changed" : ""));
    }

    public static SakerBuild OfProgram(string program) => new(program, Short(Tool.Must("/", program, "--version")));

    /// <summary>A commit, built aside from the repository, once.</summary>
    /// <exception cref="InvalidOperationException">It does not build.</exception>
    public static SakerBuild OfCommit(string root, string commit, string directory)
    {
        var built = Path.Combine(directory, "builds", commit);
        if (!File.Exists(Path.Combine(built, "saker")))
        {
            var tree = Path.Combine(directory, $"tree-{commit}-{Environment.ProcessId}");
            _ = Tool.Must(root, "git", "worktree", "add", "--quiet", "--detach", tree, commit);
            try
            {
                _ = Tool.Must(tree, Path.Combine(tree, "saker"), "--version");
                Directory.CreateDirectory(Path.GetDirectoryName(built)!);
                if (!Directory.Exists(built))
                {
                    Directory.Move(Path.Combine(tree, "artifacts/saker"), built);
                }
            }
            finally
            {
                _ = Tool.Run(root, "git", "worktree", "remove", "--force", tree);
            }
        }

        DropOld(Path.GetDirectoryName(built)!, built);
        return OfProgram(Path.Combine(built, "saker"));
    }

    /// <summary>The commit to compare with, or why there is none.</summary>
    public static (string? Commit, string Why) Parent(string root, string against)
    {
        if (Tool.Find("git") is null || Tool.Run(root, "git", "rev-parse", "--git-dir").ExitCode != 0)
        {
            return (null, "this is no git repository");
        }

        var (exitCode, output) = Tool.Run(root, "git", "rev-parse", "--verify", "--quiet", $"{against}^{{commit}}");
        if (exitCode != 0)
        {
            var isShallow = Tool.Run(root, "git", "rev-parse", "--is-shallow-repository").Output.Trim() == "true";
            return (null, $"there is no {against}{(isShallow ? ": the clone is shallow" : "")}");
        }

        var commit = output.Trim();
        return Tool.Run(root, ["git", "diff", "--quiet", commit, "--", .. Sources]).ExitCode == 0
            ? (null, $"nothing that is measured changed since {commit[..CommitLength]}")
            : (commit, "");
    }

    /// <summary>Builds of days before are of commits that nobody compares with again.</summary>
    private static void DropOld(string builds, string keep)
    {
        var yesterday = TimeProvider.System.GetUtcNow().AddDays(-1);
        foreach (var old in Directory.EnumerateDirectories(builds).Where(d => d != keep && Directory.GetLastWriteTimeUtc(d) < yesterday))
        {
            Directory.Delete(old, recursive: true);
        }
    }

    private static string Short(string version) => version.Trim() is var text && text.IndexOf('+') is >= 0 and var plus && text.Length > plus + 1 + CommitLength
        ? text[..(plus + 1 + CommitLength)]
        : text;
}
