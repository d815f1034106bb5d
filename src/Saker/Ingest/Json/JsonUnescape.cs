using System.Buffers;
using System.Text;
using Saker.Spl.Scanning;

namespace Saker.Ingest;

/// <summary>Turns a JSON string's content into the UTF-8 text it means, without building a string: wrapped events are large.</summary>
internal static class JsonUnescape
{
    public static void Append(ReadOnlySpan<byte> content, ArrayBufferWriter<byte> to)
    {
        while (true)
        {
            var slash = content.IndexOf((byte)'\\');
            if (slash < 0 || slash + 1 >= content.Length)
            {
                to.Write(content);
                return;
            }

            to.Write(content[..slash]);
            content = content[slash..];
            var simple = Simple(content[1]);
            if (simple != 0)
            {
                to.GetSpan(1)[0] = simple;
                to.Advance(1);
                content = content[2..];
            }
            else
            {
                var run = UnicodeRun(content);
                to.Write(Encoding.UTF8.GetBytes(JsonText.Unescape(content[..run])));
                content = content[run..];
            }
        }
    }

    private static byte Simple(byte letter) => letter switch
    {
        (byte)'"' or (byte)'\\' or (byte)'/' => letter,
        (byte)'n' => (byte)'\n',
        (byte)'t' => (byte)'\t',
        (byte)'r' => (byte)'\r',
        (byte)'b' => (byte)'\b',
        (byte)'f' => (byte)'\f',
        _ => 0,
    };

    /// <summary>The length of a run of <c>\uXXXX</c>, taken together because a character may need two.</summary>
    private static int UnicodeRun(ReadOnlySpan<byte> content)
    {
        var length = 0;
        while (length + 6 <= content.Length && content[length] == '\\' && content[length + 1] == 'u')
        {
            length += 6;
        }

        return length == 0 ? Math.Min(2, content.Length) : length;
    }
}
