namespace Saker.Ingest;

/// <summary>
/// GKE's audit log, as Cloud Logging holds it, mapped to an audit.k8s.io/v1 document:
/// <c>{"insertId":"x","protoPayload":{"serviceName":"k8s.io","methodName":"io.k8s.core.v1.pods.exec.create","resourceName":"core/v1/namespaces/shop/pods/web/exec",
/// "authenticationInfo":{"principalEmail":"a@b.c"},"requestMetadata":{"callerIp":"1.2.3.4"}},"resource":{"type":"k8s_cluster","labels":{"cluster_name":"prod"}},"timestamp":"…Z"}</c>.
/// What an entry lacks (groups, stage) stays absent. Other services' entries share the log and are handed on as they are.
/// </summary>
internal static class GkeLogEntry
{
    public static bool Recognise(JsonObjectScan scan) =>
        scan["protoPayload"u8] is { IsObject: true } payload && payload["methodName"u8].IsString && payload["serviceName"u8].Is("k8s.io"u8);

    public static void Unwrap(RecordDecoder decoder, JsonObjectScan scan, Wrapping wrapping)
    {
        var payload = scan["protoPayload"u8];
        var target = GkeTarget.Of(payload["methodName"u8].AsText(), payload["resourceName"u8].AsText());
        var json = decoder.Build;
        json.Clear();
        json.Open();
        json.Add("kind"u8, "Event"u8);
        json.Add("apiVersion"u8, "audit.k8s.io/v1"u8);
        Copy(json, "auditID"u8, scan["insertId"u8]);
        if (target.Uri is not null)
        {
            json.Add("requestURI"u8, target.Uri);
        }

        json.Add("verb"u8, target.Verb);
        Caller(json, payload);
        target.Write(json);
        Status(json, payload["status"u8]);
        Copy(json, "requestObject"u8, payload["request"u8]);
        Copy(json, "responseObject"u8, payload["response"u8]);
        var time = scan["timestamp"u8].Exists ? scan["timestamp"u8] : scan["receiveTimestamp"u8];
        Copy(json, "requestReceivedTimestamp"u8, time);
        Copy(json, "annotations"u8, scan["labels"u8]);
        json.Close();

        var cluster = scan["resource"u8]["labels"u8]["cluster_name"u8].AsTextOrNull();
        var named = wrapping.Inside() with
        {
            Time = EventTime.Read(time) ?? wrapping.Time,
            Cluster = cluster is null ? wrapping.Cluster : decoder.Intern(cluster),
        };
        decoder.EmitMapped(json.Written, named);
    }

    /// <summary>The entry as Splunk's add-on pulls it, <c>{"data":{"protoPayload":…}}</c>, with the bodies as they are after masking.</summary>
    public static void WriteView(JsonOut json, ReadOnlyMemory<byte> entry, ReadOnlyMemory<byte> masked)
    {
        var audit = new JsonValue(masked);
        json.Clear();
        json.Open();
        json.Open("data"u8);
        foreach (var member in new JsonValue(entry).Members)
        {
            if (!JsonName.Equal(member.Name, "protoPayload"u8))
            {
                json.Copy(member);
                continue;
            }

            json.Open("protoPayload"u8);
            foreach (var part in member.Value.Members)
            {
                if (JsonName.Equal(part.Name, "request"u8))
                {
                    Copy(json, "request"u8, audit["requestObject"u8]);
                }
                else if (JsonName.Equal(part.Name, "response"u8))
                {
                    Copy(json, "response"u8, audit["responseObject"u8]);
                }
                else
                {
                    json.Copy(part);
                }
            }

            json.Close();
        }

        json.Close();
        json.Close();
    }

    /// <summary>The fields that the add-on makes of an entry.</summary>
    public static void WriteFields(JsonOut json, ReadOnlyMemory<byte> entry)
    {
        var payload = new JsonValue(entry)["protoPayload"u8];
        var metadata = payload["requestMetadata"u8];
        foreach (var (name, value) in (ReadOnlySpan<(string, JsonValue)>)
        [
            ("src_ip", metadata["callerIp"u8]),
            ("src_user", payload["authenticationInfo"u8]["principalEmail"u8]),
            ("http_user_agent", metadata["callerSuppliedUserAgent"u8]),
            ("object_path", payload["resourceName"u8]),
            ("dest", payload["resourceName"u8]),
        ])
        {
            if (value.AsTextOrNull() is { } text)
            {
                json.Add(name, text);
            }
        }
    }

    private static void Caller(JsonOut json, JsonValue payload)
    {
        if (payload["authenticationInfo"u8]["principalEmail"u8] is { IsString: true } user)
        {
            json.Open("user"u8);
            json.AddJson("username"u8, user.Span);
            json.Close();
        }

        var metadata = payload["requestMetadata"u8];
        var address = metadata["callerIp"u8].Exists ? metadata["callerIp"u8] : metadata["callerIP"u8];
        if (address.IsString)
        {
            json.Open("sourceIPs"u8, (byte)'[');
            json.AddJson(address.Span);
            json.Close((byte)']');
        }

        Copy(json, "userAgent"u8, metadata["callerSuppliedUserAgent"u8]);
    }

    private static void Status(JsonOut json, JsonValue status)
    {
        var code = status["code"u8].Exists && int.TryParse(status["code"u8].AsText(), out var number) ? number : 0;
        var (http, reason) = Http(code);
        json.Open("responseStatus"u8);
        if (http >= 400)
        {
            json.Add("status"u8, "Failure"u8);
            Copy(json, "message"u8, status["message"u8]);
            json.Add("reason"u8, reason);
        }

        json.AddJson("code"u8, System.Text.Encoding.ASCII.GetBytes(http.ToString()));
        json.Close();
    }

    /// <summary>A gRPC status as the API server words it. What has no counterpart there is an internal error.</summary>
    private static (int Http, string Reason) Http(int grpc) => grpc switch
    {
        0 => (200, ""),
        3 => (400, "BadRequest"),
        16 => (401, "Unauthorized"),
        7 => (403, "Forbidden"),
        5 => (404, "NotFound"),
        6 => (409, "AlreadyExists"),
        10 => (409, "Conflict"),
        8 => (429, "TooManyRequests"),
        14 => (503, "ServiceUnavailable"),
        4 => (504, "Timeout"),
        _ => (500, "InternalError"),
    };

    private static void Copy(JsonOut json, ReadOnlySpan<byte> name, JsonValue value)
    {
        if (value.Exists && !value.IsNull)
        {
            json.AddJson(name, value.Span);
        }
    }
}
