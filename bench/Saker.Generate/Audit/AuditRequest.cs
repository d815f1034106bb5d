namespace Saker.Generate.Audit;

/// <summary>A request to the API server. It leaves an event at each of its stages.</summary>
internal sealed record AuditRequest(Client Client, string Verb, string Uri)
{
    public ObjectReference? Object { get; init; }

    /// <summary>The audit policy's level: <c>Metadata</c> (no bodies) or <c>RequestResponse</c>.</summary>
    public string Level { get; init; } = "Metadata";

    public int Code { get; init; } = 200;

    /// <summary>The JSON that was sent and that was answered.</summary>
    public string? Request { get; init; }

    public string? Response { get; init; }

    /// <summary>Why it failed, for people; only where <see cref="Code"/> is an error.</summary>
    public string Failure { get; init; } = "";

    /// <summary>Watches and exec have a ResponseStarted stage too.</summary>
    public bool Streams { get; init; }

    /// <summary>From being received to its last stage.</summary>
    public long Microseconds { get; init; } = 3_000;

    /// <summary>Further annotations, as JSON without braces.</summary>
    public string Annotations { get; init; } = "";

    public string Reason { get; init; } = Client.Reason;

    private bool IsNamedInUri => Verb != "create" || Object!.Subresource.Length > 0;

    /// <summary>A request about an object; its URI follows from it.</summary>
    public static AuditRequest Of(Client client, string verb, ObjectReference reference, string query = "")
    {
        var inUri = verb == "create" && reference.Subresource.Length == 0 ? reference with { Name = "" } : reference;
        return new AuditRequest(client, verb, inUri.Path + query) { Object = reference, Code = verb == "create" ? 201 : 200 };
    }

    /// <summary>The same, refused by RBAC.</summary>
    public AuditRequest Forbidden() => this with
    {
        Code = 403,
        Failure = Object?.Forbidden(Client.Username, Verb) ?? $"forbidden: User \"{Client.Username}\" cannot {Verb} path \"{Uri}\"",
        Request = null,
        Reason = "",
    };

    public IEnumerable<string> Stages => Code == 401 ? ["ResponseStarted"]
        : Streams ? ["RequestReceived", "ResponseStarted", "ResponseComplete"]
        : ["RequestReceived", "ResponseComplete"];

    public Moment StageTime(Moment received, string stage) => stage switch
    {
        "RequestReceived" => received,
        "ResponseStarted" => received.After(Math.Min(Microseconds, 1_700)),
        _ => received.After(Microseconds),
    };

    /// <summary>Adds the event of a stage, without a line end.</summary>
    public void AddTo(Utf8Buffer line, string auditId, string stage, Moment received)
    {
        var answered = stage != "RequestReceived";
        line.Add("{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\",\"level\":\""u8).Add(Level);
        line.Add("\",\"auditID\":\""u8).Add(auditId).Add("\",\"stage\":\""u8).Add(stage);
        line.Add("\",\"requestURI\":"u8).AddQuoted(Uri).Add(",\"verb\":\""u8).Add(Verb).Add("\","u8).Add(Client.Json);
        if (Object is not null)
        {
            line.Add(",\"objectRef\":"u8);
            Object.AddTo(line, withName: IsNamedInUri || (answered && Code < 400));
        }

        if (answered)
        {
            AddAnswer(line, stage);
        }

        line.Add(",\"requestReceivedTimestamp\":\""u8).Add(received.Micro);
        line.Add("\",\"stageTimestamp\":\""u8).Add(StageTime(received, stage).Micro).Add("\""u8);
        if (answered && Code != 401)
        {
            line.Add(",\"annotations\":{\"authorization.k8s.io/decision\":\""u8).Add(Code == 403 ? "forbid" : "allow");
            line.Add("\",\"authorization.k8s.io/reason\":"u8).AddQuoted(Reason).Add(Annotations.Length > 0 ? "," : "").Add(Annotations).Add("}"u8);
        }

        line.Add("}"u8);
    }

    private void AddAnswer(Utf8Buffer line, string stage)
    {
        var failed = Code >= 400 ? $$""","status":"Failure","message":{{GoJson.Quote(Failure)}},"reason":"{{(Code == 401 ? "Unauthorized" : "Forbidden")}}"{{Details()}}""" : "";
        line.Add(",\"responseStatus\":{\"metadata\":{}"u8).Add(failed).Add($",\"code\":{Code}}}");
        if (Level != "RequestResponse" || (Streams && stage == "ResponseStarted" && Code < 400))
        {
            return;
        }

        if (Request is not null)
        {
            line.Add(",\"requestObject\":"u8).Add(Request);
        }

        if (Code >= 400)
        {
            line.Add(",\"responseObject\":{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{}"u8).Add(failed).Add($",\"code\":{Code}}}");
        }
        else if (Response is not null)
        {
            line.Add(",\"responseObject\":"u8).Add(Response);
        }
    }

    /// <summary>A 403 tells what it refused, as far as it is an object.</summary>
    private string Details()
    {
        if (Code != 403)
        {
            return "";
        }

        var fields = Object is null ? [] : new[] { ("name", Object.Name), ("group", Object.Group), ("kind", Object.Resource) };
        return $",\"details\":{{{string.Join(',', fields.Where(field => field.Item2.Length > 0).Select(field => $"\"{field.Item1}\":\"{field.Item2}\""))}}}";
    }
}
