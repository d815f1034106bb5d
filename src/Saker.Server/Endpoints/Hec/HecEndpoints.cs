using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Saker.Events;
using Saker.Ingest;
using Saker.Server.Auth;
using Saker.Server.Receiving;
using Saker.Stores;

namespace Saker.Server.Endpoints.Hec;

/// <summary>
/// Splunk's HTTP Event Collector: <c>POST /services/collector[/event|/raw|/ack]</c>, <c>GET …/health</c>, each also with <c>/1.0</c>. Numbers, texts and statuses are Splunk's
/// (<see cref="HecCode"/>). As there, the events before a faulty one are kept; the faulty one and what follows become dead letters, so that a client that does not look at the answer loses nothing.
/// </summary>
internal static class HecEndpoints
{
    private const string Root = "/services/collector";
    private const string ChannelHeader = "X-Splunk-Request-Channel";
    private static readonly Need Sends = new(Scopes.Ingest) { AllowsQuery = true, Refuse = HecReply.RefuseAsync };

    public static void Map(IEndpointRouteBuilder routes, Func<bool> isReady)
    {
        foreach (var path in (string[])["", "/1.0", "/event", "/event/1.0"])
        {
            routes.MapPost(Root + path, context => TakeAsync(context, DecodeEvents)).Needs(Sends);
        }

        foreach (var version in (string[])["", "/1.0"])
        {
            routes.MapPost($"{Root}/raw{version}", context => TakeAsync(context, DecodeRaw)).Needs(Sends);
            routes.MapPost($"{Root}/ack{version}", AcknowledgeAsync).Needs(Sends);
            routes.MapGet($"{Root}/health{version}", context => HecReply.WriteAsync(context, isReady() ? HecCode.Healthy : HecCode.QueuesFull)).Needs(Sends);
        }
    }

    private delegate (HecCode? Fault, int Number) Decode(HttpContext context, ReceivedBody body, BatchBuilder batch);

    private static async Task TakeAsync(HttpContext context, Decode decode)
    {
        var caller = context.Caller();
        var (channel, wrong) = ChannelOf(context);
        if (caller.Rules.Acknowledges && (wrong ?? (channel is null ? HecCode.ChannelMissing : null)) is { } fault)
        {
            await HecReply.WriteAsync(context, fault).ConfigureAwait(false);
            return;
        }

        var receiver = context.RequestServices.GetRequiredService<Receiver>();
        try
        {
            using var body = await receiver.ReadAsync(context).ConfigureAwait(false);
            using var batch = receiver.Begin("hec", caller);
            var (invalid, number) = decode(context, body, batch);
            var answer = batch.IsEmpty ? IntakeAnswer.Kept : await receiver.KeepAsync(batch).ConfigureAwait(false);
            if (answer.Status != IntakeStatus.Kept)
            {
                await HecReply.BusyAsync(context, answer.RetryAfter).ConfigureAwait(false);
            }
            else if (invalid is not null)
            {
                await HecReply.WriteAsync(context, invalid, invalidEvent: number < 0 ? null : number).ConfigureAwait(false);
            }
            else
            {
                var id = caller.Rules.Acknowledges ? context.RequestServices.GetRequiredService<HecChannels>().Give(caller.Name, channel!.Value) : (long?)null;
                await HecReply.WriteAsync(context, HecCode.Success, id).ConfigureAwait(false);
            }
        }
        catch (BodyRefusedException refused)
        {
            await HecReply.RefuseAsync(context, refused).ConfigureAwait(false);
        }
    }

    private static (HecCode? Fault, int Number) DecodeEvents(HttpContext context, ReceivedBody body, BatchBuilder batch)
    {
        var caller = context.Caller();
        var wrapping = Describe(context, caller);
        var events = new HecEvents(body.Bytes, caller.Rules, batch.DeepestNesting);
        if (events.IsEmpty)
        {
            return (HecCode.NoData, -1);
        }

        if (!events.IsAllowed(context.Request.Query["index"]))
        {
            return (HecCode.IncorrectIndex, -1);
        }

        while (events.Next())
        {
            if (events.Fault is { } fault)
            {
                batch.Reject(events.Current, events.Reason);
                if (!events.Rest.IsEmpty)
                {
                    batch.Reject(events.Rest, "HEC: it follows an event that was refused");
                }

                return (fault, events.Number);
            }

            batch.DecodeHec(body, events.Current, wrapping);
        }

        return events.Number < 0 ? (HecCode.NoData, -1) : (null, 0);
    }

    /// <summary>Lines of text, or JSON documents; what they are called stands in the address.</summary>
    private static (HecCode? Fault, int Number) DecodeRaw(HttpContext context, ReceivedBody body, BatchBuilder batch)
    {
        var caller = context.Caller();
        if (body.Bytes.Span.Trim(" \t\r\n"u8).IsEmpty)
        {
            return (HecCode.NoData, -1);
        }

        if (!new HecEvents(default, caller.Rules, batch.DeepestNesting).IsAllowed(context.Request.Query["index"]))
        {
            return (HecCode.IncorrectIndex, -1);
        }

        using var text = new BodyStream(body.Bytes);
        batch.DecodeRecords(text, Describe(context, caller) with { Otherwise = EventKind.Log });
        return (null, 0);
    }

    /// <summary>What the address says of the events: <c>?host=n1&amp;source=s&amp;sourcetype=t&amp;index=i&amp;time=1700000000.5</c>.</summary>
    private static Wrapping Describe(HttpContext context, Caller caller)
    {
        var query = context.Request.Query;
        string? Of(string name) => query[name] is [{ Length: > 0 } value] ? value : null;
        return caller.Wrapping with
        {
            Host = Of("host"),
            Source = Of("source"),
            Sourcetype = Of("sourcetype"),
            Index = Of("index"),
            Time = Of("time") is { } time && Timestamp.TryReadEpoch(System.Text.Encoding.UTF8.GetBytes(time), out var stamp) ? stamp : null,
        };
    }

    private static async Task AcknowledgeAsync(HttpContext context)
    {
        var caller = context.Caller();
        if (!caller.Rules.Acknowledges)
        {
            await HecReply.WriteAsync(context, HecCode.AckDisabled).ConfigureAwait(false);
            return;
        }

        var (channel, wrong) = ChannelOf(context);
        if (wrong is not null || channel is null)
        {
            await HecReply.WriteAsync(context, wrong ?? HecCode.ChannelMissing).ConfigureAwait(false);
            return;
        }

        try
        {
            using var body = await context.RequestServices.GetRequiredService<Receiver>().ReadAsync(context).ConfigureAwait(false);
            var answer = body.Bytes.Span.Trim(" \t\r\n"u8).IsEmpty ? "" : HecAcks.Answer(body.Bytes, context.RequestServices.GetRequiredService<HecChannels>(), caller.Name, channel.Value);
            await (answer switch
            {
                "" => HecReply.WriteAsync(context, HecCode.NoData),
                null => HecReply.WriteAsync(context, HecCode.InvalidFormat),
                _ => ShortAnswer.WriteJsonAsync(context, answer),
            }).ConfigureAwait(false);
        }
        catch (BodyRefusedException refused)
        {
            await HecReply.RefuseAsync(context, refused).ConfigureAwait(false);
        }
    }

    private static (Guid? Channel, HecCode? Wrong) ChannelOf(HttpContext context)
    {
        var text = context.Request.Headers[ChannelHeader] is [{ Length: > 0 } header] ? header : context.Request.Query["channel"] is [{ Length: > 0 } query] ? query : null;
        return text is null ? (null, null) : Guid.TryParse(text, out var channel) ? (channel, null) : (null, HecCode.InvalidChannel);
    }
}
