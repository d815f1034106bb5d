using System.Globalization;
using System.Text;

namespace Saker.Notify.Outputs;

/// <summary>Appends a JSON object a line and syncs it to the disk. A file that grew is moved aside: <c>notices.ndjson.1</c> is the newest of those.</summary>
internal sealed class FileOutput(OutputSettings settings) : IOutput
{
    private FileStream? file;

    public int MostAtOnce => 100;

    public async Task SendAsync(IReadOnlyList<Notice> notices, CancellationToken cancellation)
    {
        var lines = Encoding.UTF8.GetBytes(string.Concat(notices.Select(n => Template.Json(json => Template.Write(json, n)).Replace('\r', ' ').Replace('\n', ' ') + "\n")));
        try
        {
            Open();
            if (file!.Length > 0 && file.Length + lines.Length > settings.RotateBytes)
            {
                Rotate();
                Open();
            }

            var start = file!.Length;
            try
            {
                await file.WriteAsync(lines, cancellation).ConfigureAwait(false);
                file.Flush(flushToDisk: true);
            }
            catch
            {
                // Half a line is none: it is written again.
                Cut(start);
                throw;
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            Close();
            throw new DeliveryException(failure.Message, failure);
        }
    }

    public ValueTask DisposeAsync()
    {
        Close();
        return default;
    }

    private void Open()
    {
        // Somebody else's rotation moved or removed it.
        if (file is not null && !File.Exists(settings.Path))
        {
            Close();
        }

        if (file is null)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(settings.Path))!);
            var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.Read | FileShare.Delete, BufferSize = 0 };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
            }

            file = new FileStream(settings.Path, options);
            EndLine(file);
        }
    }

    /// <summary>A crash may have left half a line: the next one starts on its own.</summary>
    private static void EndLine(FileStream file)
    {
        if (file.Length > 0)
        {
            file.Position = file.Length - 1;
            if (file.ReadByte() != '\n')
            {
                file.WriteByte((byte)'\n');
            }
        }
    }

    private void Rotate()
    {
        Close();
        string Old(int number) => string.Create(CultureInfo.InvariantCulture, $"{settings.Path}.{number}");
        File.Delete(Old(settings.KeepFiles));
        for (var i = settings.KeepFiles - 1; i >= 1; i--)
        {
            if (File.Exists(Old(i)))
            {
                File.Move(Old(i), Old(i + 1), overwrite: true);
            }
        }

        if (settings.KeepFiles == 0)
        {
            File.Delete(settings.Path);
        }
        else
        {
            File.Move(settings.Path, Old(1), overwrite: true);
        }
    }

    private void Cut(long length)
    {
        try
        {
            file?.SetLength(length);
        }
        catch (Exception failure) when (failure is IOException or NotSupportedException)
        {
            // The line is ended when the file is opened again.
        }
    }

    private void Close()
    {
        file?.Dispose();
        file = null;
    }
}
