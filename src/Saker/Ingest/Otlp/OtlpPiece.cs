using System.Text;
using Saker.Ingest.Otlp.Proto;

namespace Saker.Ingest;

/// <summary>
/// A part of a request as a document of OTLP's JSON, <c>{"resourceLogs":[{"resource":{…},"scopeLogs":[{"logRecords":[…</c>: it is closed, decoded and begun
/// again whenever it has become large.
/// </summary>
internal sealed class OtlpPiece(
    string resources, string scopes, string items, RecordDecoder decoder, RecordPlace place, IDecodeSink sink, Wrapping wrapping)
{
    private readonly byte[] resources = Encoding.ASCII.GetBytes(resources);
    private readonly byte[] scopes = Encoding.ASCII.GetBytes(scopes);
    private readonly byte[] items = Encoding.ASCII.GetBytes(items);
    private object? resource;
    private bool isDecoded;

    public JsonOut Json { get; } = new();

    /// <summary>Opens what an item of this resource stands in, unless it is open.</summary>
    public void Begin(Resource? resource)
    {
        var next = resource ?? NoResource;
        if (ReferenceEquals(next, this.resource))
        {
            return;
        }

        if (this.resource is null)
        {
            Json.Open().Open(resources, (byte)'[');
        }
        else
        {
            CloseResource();
        }

        this.resource = next;
        Json.Open();
        Json.Open("resource"u8);
        if (resource is not null)
        {
            OtlpProtobuf.WriteAttributes(Json, resource.Attributes);
        }

        Json.Close();
        Json.Open(scopes, (byte)'[').Open().Open(items, (byte)'[');
    }

    /// <summary>An item ends here.</summary>
    public void End(int largest)
    {
        if (Json.Written.Length >= largest)
        {
            Decode();
        }
    }

    /// <summary>Decodes what is left. A request without any item is told of once.</summary>
    public void Finish()
    {
        if (this.resource is not null)
        {
            Decode();
        }
        else if (!isDecoded)
        {
            sink.Other("no OTLP items");
        }
    }

    private static readonly object NoResource = new();

    private void CloseResource()
    {
        Json.Close((byte)']');
        Json.Close();
        Json.Close((byte)']');
        Json.Close();
    }

    private void Decode()
    {
        CloseResource();
        Json.Close((byte)']');
        Json.Close();
        decoder.Decode(Json.Written, place, sink, wrapping);
        Json.Clear();
        this.resource = null;
        isDecoded = true;
    }
}
