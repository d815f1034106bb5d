using Saker.Ingest;
using Xunit;

namespace Saker.Tests.Ingest;

public sealed class PathTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("saker-paths-").FullName;

    public PathTests()
    {
        foreach (var name in new[] { "b.log", "a.ndjson", "sub/c.gz", "sub/deep/d.gz", ".hidden/e.gz", "sub/.f.gz", "sub/[g].gz" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_root, name))!);
            File.WriteAllText(Path.Combine(_root, name), name);
        }
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData("", "a.ndjson b.log sub/[g].gz sub/c.gz sub/deep/d.gz")]
    [InlineData("*.log", "b.log")]
    [InlineData("sub/*.gz", "sub/[g].gz sub/c.gz")]
    [InlineData("**/*.gz", "sub/[g].gz sub/c.gz sub/deep/d.gz")]
    [InlineData("**", "a.ndjson b.log sub/[g].gz sub/c.gz sub/deep/d.gz")]
    [InlineData("su?/**/d.*", "sub/deep/d.gz")]
    [InlineData("sub/[g].gz", "sub/[g].gz")]
    [InlineData(".hidden/e.gz", ".hidden/e.gz")]
    public void Paths_expand_in_order_without_hidden_files(string path, string expected)
    {
        var found = InputPaths.Expand([Path.Combine(_root, path)], TimeProvider.System);
        Assert.Empty(found.Errors);
        Assert.Equal(expected.Split(' ').Order(), found.Files.Select(file => Path.GetRelativePath(_root, file.Path)).Order());
        Assert.Equal(expected.Split(' ').Sum(name => name.Length), found.TotalBytes);
    }

    [Fact]
    public void A_path_that_leads_nowhere_is_an_error()
    {
        Assert.SkipWhen(StandardInput.IsClosed, "this was started without standard input");
        var found = InputPaths.Expand([Path.Combine(_root, "none"), Path.Combine(_root, "*.none"), "-", Path.Combine(_root, "b.log"), Path.Combine(_root, "b.log")], TimeProvider.System);
        Assert.Equal(2, found.Errors.Count);
        Assert.EndsWith("none: no such file or directory", found.Errors[0]);
        Assert.EndsWith("*.none: matches no file", found.Errors[1]);
        Assert.Equal(2, found.Files.Count);
        Assert.True(found.Files[0].IsStandardInput);
    }

    [Fact]
    public void Why_a_path_leads_nowhere_is_told()
    {
        File.CreateSymbolicLink(Path.Combine(_root, "dangling.log"), Path.Combine(_root, "gone.log"));
        File.CreateSymbolicLink(Path.Combine(_root, "self.log"), "self.log");
        var errors = InputPaths.Expand(["", Path.Combine(_root, "dangling.log"), Path.Combine(_root, "self.log"), Path.Combine(_root, "b.log", "x")], TimeProvider.System).Errors;
        Assert.Equal(
            ["an empty path names no file", $"{_root}/dangling.log: no such file or directory", $"{_root}/self.log: Too many levels of symbolic links", $"{_root}/b.log/x: no such file or directory"],
            errors);
    }

    [Fact]
    public void A_file_behind_a_directory_that_may_not_be_entered_is_not_said_to_be_missing()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.UserName == "root", "root may read everything");
        var directory = Path.Combine(_root, "sub");
        File.SetUnixFileMode(directory, UnixFileMode.None);
        try
        {
            Assert.Equal([$"{directory}/c.gz: permission denied"], InputPaths.Expand([Path.Combine(directory, "c.gz")], TimeProvider.System).Errors);
        }
        finally
        {
            File.SetUnixFileMode(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public void What_a_directory_holds_and_cannot_be_read_is_left_to_the_reader_to_reject()
    {
        File.CreateSymbolicLink(Path.Combine(_root, "sub", "dangling.log"), Path.Combine(_root, "gone.log"));
        File.CreateSymbolicLink(Path.Combine(_root, "sub", "self.log"), "self.log");

        var found = InputPaths.Expand([_root], TimeProvider.System);

        Assert.Empty(found.Errors);
        Assert.ThrowsAny<IOException>(() => found.Files.Single(file => file.Path.EndsWith("dangling.log", StringComparison.Ordinal)).Open());
        Assert.ThrowsAny<IOException>(() => found.Files.Single(file => file.Path.EndsWith("self.log", StringComparison.Ordinal)).Open());
    }

    [Fact]
    public async Task A_named_pipe_in_a_directory_does_not_block()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no named pipes in the file system");
        using var made = System.Diagnostics.Process.Start("mkfifo", Path.Combine(_root, "sub", "pipe"));
        await made.WaitForExitAsync(TestContext.Current.CancellationToken);

        var pipe = InputPaths.Expand([_root], TimeProvider.System).Files.Single(file => file.Path.EndsWith("pipe", StringComparison.Ordinal));

        using var opened = pipe.Open();
        Assert.Equal(-1, opened.ReadByte());
    }

    [Fact]
    public void A_file_is_held_under_whatever_name()
    {
        File.CreateSymbolicLink(Path.Combine(_root, "link"), Path.Combine(_root, "b.log"));
        var found = InputPaths.Expand([Path.Combine(_root, "b.log")], TimeProvider.System);
        Assert.True(found.Holds(Path.Combine(_root, "sub", "..", "b.log")));
        Assert.True(found.Holds(Path.Combine(_root, "link")));
        Assert.False(found.Holds(Path.Combine(_root, "a.ndjson")));
    }

    [Fact]
    public void A_link_is_as_long_as_the_file_that_it_leads_to_and_a_pipe_has_no_length()
    {
        var link = Path.Combine(_root, "container.log");
        File.WriteAllText(Path.Combine(_root, "sub", "0.log"), new string('x', 5000));
        File.CreateSymbolicLink(link, "sub/0.log");
        using var pipe = new System.IO.Pipes.AnonymousPipeServerStream(System.IO.Pipes.PipeDirection.Out);
        Assert.Equal(5000, InputPaths.Expand([link], TimeProvider.System).TotalBytes);
        Assert.Equal(5000, InputPaths.Expand([Path.Combine(_root, "*er.log")], TimeProvider.System).TotalBytes);
        Assert.Equal(0, Assert.Single(InputPaths.Expand([$"/dev/fd/{pipe.GetClientHandleAsString()}"], TimeProvider.System).Files).Length);
    }

    [Fact]
    public void A_loop_of_links_ends()
    {
        Directory.CreateSymbolicLink(Path.Combine(_root, "sub", "up"), _root);
        Assert.Equal(5, InputPaths.Expand([_root], TimeProvider.System).Files.Select(file => Path.GetFileName(file.Path)).Distinct().Count());
        Assert.NotEmpty(InputPaths.Expand([Path.Combine(_root, "**/*.gz")], TimeProvider.System).Files);
    }
}
