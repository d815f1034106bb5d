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
        var found = InputPaths.Expand([Path.Combine(_root, "none"), Path.Combine(_root, "*.none"), "-", Path.Combine(_root, "b.log"), Path.Combine(_root, "b.log")], TimeProvider.System);
        Assert.Equal(2, found.Errors.Count);
        Assert.EndsWith("none: no such file or directory", found.Errors[0]);
        Assert.EndsWith("*.none: matches no file", found.Errors[1]);
        Assert.Equal(2, found.Files.Count);
        Assert.True(found.Files[0].IsStandardInput);
    }

    [Fact]
    public void A_loop_of_links_ends()
    {
        Directory.CreateSymbolicLink(Path.Combine(_root, "sub", "up"), _root);
        Assert.Equal(5, InputPaths.Expand([_root], TimeProvider.System).Files.Select(file => Path.GetFileName(file.Path)).Distinct().Count());
        Assert.NotEmpty(InputPaths.Expand([Path.Combine(_root, "**/*.gz")], TimeProvider.System).Files);
    }
}
