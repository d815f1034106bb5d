namespace Saker.Stores;

/// <summary>What stands where in the directory that a server keeps its data in.</summary>
internal static class DataDirectory
{
    public static string Journal(string data) => Path.Combine(data, "journal");

    public static string DeadLetters(string data) => Path.Combine(data, "deadletters");
}
