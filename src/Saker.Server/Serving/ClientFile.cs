using System.Text.Json;
using Saker.Server.Auth;

namespace Saker.Server.Serving;

/// <summary>
/// How <c>saker search</c> and <c>saker status</c> find the server on this machine: <c>client.json</c> in its data directory, readable by its owner only,
/// <c>{"url":"http://127.0.0.1:8088","token":"skr_…"}</c>. The token is one of its own, called <c>cli</c>, that may read and administer.
/// </summary>
internal sealed record ClientFile(string Url, string Token)
{
    public const string TokenName = "cli";

    private static readonly JsonSerializerOptions Names = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static string PathIn(string dataDirectory) => Path.Combine(dataDirectory, "client.json");

    /// <summary>Null where there is none, or none that can be read.</summary>
    public static ClientFile? Load(string dataDirectory)
    {
        try
        {
            return JsonSerializer.Deserialize<ClientFile>(File.ReadAllBytes(PathIn(dataDirectory)), Names);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    public void Save(string dataDirectory) => PrivateFile.Replace(PathIn(dataDirectory), JsonSerializer.SerializeToUtf8Bytes(this, Names));
}
