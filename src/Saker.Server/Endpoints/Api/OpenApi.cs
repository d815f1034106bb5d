namespace Saker.Server.Endpoints.Api;

/// <summary>The description of <c>/api/v1</c> for tools that make clients; written by hand, beside the code, and compared with the routes by a test.</summary>
internal static class OpenApi
{
    public static string Text { get; } = Read();

    private static string Read()
    {
        using var stream = typeof(OpenApi).Assembly.GetManifestResourceStream("openapi.json")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
