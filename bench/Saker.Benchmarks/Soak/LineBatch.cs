using System.Text;

namespace Saker.Benchmarks.Soak;

/// <summary>A HEC body of plain lines, each of them several times: equal lines are not one.</summary>
internal static class LineBatch
{
    public const int Different = 10;
    public const int Copies = 2;

    public static byte[] Of(long batch)
    {
        var body = new StringBuilder();
        for (var i = 0; i < Different * Copies; i++)
        {
            body.Append("{\"sourcetype\":\"soak\",\"event\":\"soak batch=").Append(batch).Append(" line=").Append(i % Different).Append("\"}\n");
        }

        return Encoding.UTF8.GetBytes(body.ToString());
    }
}
