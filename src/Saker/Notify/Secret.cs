namespace Saker.Notify;

/// <summary>A secret that stands elsewhere: in a file or a variable. It is read each time it is used, so that a rotated one counts; it never prints.</summary>
/// <param name="File">A file that holds it; null if a variable does.</param>
/// <param name="Variable">An environment variable that holds it; null if a file does.</param>
internal sealed record Secret(string? File, string? Variable)
{
    private const int MostCharacters = 8192;

    /// <summary>The secret without the white space around it.</summary>
    /// <exception cref="DeliveryException">It is not there, empty, or nothing that a header can hold.</exception>
    public string Read()
    {
        string? text;
        try
        {
            text = File is null ? Environment.GetEnvironmentVariable(Variable!) : System.IO.File.ReadAllText(File);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new DeliveryException($"the secret in {File} cannot be read: {failure.Message}", failure) { CannotHaveArrived = true };
        }

        text = text?.Trim() ?? "";
        return text.Length is > 0 and <= MostCharacters && !text.Any(char.IsControl)
            ? text
            : throw new DeliveryException($"the secret in {this} is missing, too long or more than one line") { CannotHaveArrived = true };
    }

    public override string ToString() => File ?? $"${Variable}";
}
