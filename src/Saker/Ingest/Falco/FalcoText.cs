using System.Text;
using Saker.Events;

namespace Saker.Ingest;

/// <summary>
/// Falco's text output of every generation:
/// <c>12:18:18.691725165: Notice A shell was spawned in a container with an attached terminal (evt_type=execve user=root … k8s_pod_name=web)</c>,
/// with <c>2024-06-21T08:54:23.812791015+0000: </c> before it, after syslog's <c>Feb 13 20:33:20 node-1 falco[19460]: </c>, or with fields after <c> | </c>.
/// </summary>
internal static class FalcoText
{
    /// <summary>Where the parts of an alert stand. A clock without a date has <see cref="HasDate"/> false.</summary>
    public readonly record struct Alert(long Clock, bool HasDate, string Priority, int Message, DateOnly? SyslogDay);

    /// <summary>Only what Falco itself prints: nine digits of fraction, a colon, a priority's name, a message.</summary>
    public static bool TryRead(ReadOnlySpan<byte> line, out Alert alert)
    {
        alert = default;
        var at = 0;
        DateOnly? syslogDay = null;
        if (!line.IsEmpty && char.IsAsciiLetterUpper((char)line[0]))
        {
            // "Feb 13 20:33:20 node-1 falco[19460]: "
            var head = line.IndexOf("]: "u8);
            if (head < 0 || head > 300 || !Timestamp.TryReadSyslog(line, new DateOnly(2024, 1, 1), out var day, out _, out _))
            {
                return false;
            }

            syslogDay = day;
            at = head + 3;
        }

        var hasDate = Timestamp.TryRead(line[at..], out var clock, out var length);
        if (!hasDate && !Timestamp.TryReadClock(line[at..], out clock, out length))
        {
            return false;
        }

        var fraction = line.Slice(at, length).LastIndexOf((byte)'.');
        at += length;
        if (fraction < 0 || length - fraction < 10 || !line[at..].StartsWith(": "u8))
        {
            return false;
        }

        at += 2;
        var word = line[at..].IndexOf((byte)' ');
        var priority = word < 0 ? null : Priority(line.Slice(at, word));
        alert = priority is null ? default : new Alert(clock, hasDate, priority, at + word + 1, syslogDay);
        return priority is not null && alert.Message < line.Length;
    }

    public static long? Time(Alert alert, RecordDecoder decoder, long? envelope)
    {
        if (alert.HasDate)
        {
            return alert.Clock;
        }

        if (alert.SyslogDay is { } day && envelope is null)
        {
            // 29 February in a file of another year is told by the file's day itself.
            var year = decoder.Day.Year;
            return day.Day > DateTime.DaysInMonth(year, day.Month) ? EventTime.Date(alert.Clock, decoder, null)
                : Timestamp.Add(new DateOnly(year, day.Month, day.Day), alert.Clock);
        }

        return EventTime.Date(alert.Clock, decoder, envelope);
    }

    public static string? Priority(ReadOnlySpan<byte> word)
    {
        foreach (var priority in FalcoNames.Priorities)
        {
            if (System.Text.Ascii.EqualsIgnoreCase(word, priority))
            {
                return priority;
            }
        }

        return null;
    }

    /// <summary>
    /// Reads the fields of a message. Values hold spaces, <c>=</c> and whatever an attacker puts in his command line, so: from the left only
    /// up to the command, then from the right back to it; what is left between is the command.
    /// </summary>
    public static FalcoFields Split(ReadOnlySpan<byte> message, string? priority)
    {
        var fields = new FalcoFields();
        if (priority is not null)
        {
            fields.TryAdd("priority", priority);
        }

        var text = Encoding.UTF8.GetString(message).TrimEnd();
        var suffix = SuffixAt(text);
        var main = text[..suffix].TrimEnd();
        var start = Start(main);

        // The parenthesis around the fields is no part of the last value.
        main = start < main.Length && main[start] == '(' && main.EndsWith(')') ? main[..^1] : main;
        SplitFields(fields, main, Keys(main, start));
        AddSuffix(fields, text[suffix..]);
        Settle(fields);
        return fields;
    }

    private static void SplitFields(FalcoFields fields, string text, List<Key> keys)
    {
        var command = keys.FindIndex(key => key.Name == "command");
        var left = command < 0 ? keys.Count : command;
        for (var i = 0; i < left; i++)
        {
            var value = text[keys[i].Value..(i + 1 < keys.Count ? keys[i + 1].At : text.Length)];
            fields.IsAmbiguous |= !Add(fields, keys[i].Name, BeforeNextPair(value));
        }

        if (command < 0)
        {
            return;
        }

        var end = text.Length;
        for (var i = keys.Count - 1; i > command; i--)
        {
            if (!Add(fields, keys[i].Name, text[keys[i].Value..end]))
            {
                // The real fields follow the command, so a second one of a name is inside it: "command=sh -c x container_name=falco terminal=0 …".
                fields.IsAmbiguous = true;
                break;
            }

            end = keys[i].At;
        }

        fields.IsAmbiguous |= !Add(fields, "command", text[keys[command].Value..end]);
    }

    /// <summary>Some rules set commas between fields, of which we may not know the next: <c>user=Tony Stark, app=drive</c>.</summary>
    private static string BeforeNextPair(string value)
    {
        var comma = value.IndexOf(", ", StringComparison.Ordinal);
        return comma > 0 && value.AsSpan(comma).Contains('=') ? value[..comma] : value;
    }

    /// <summary>
    /// Older settings append fields after the parenthesis: <c>… image=mysql) k8s.ns=default k8s.pod=db container=3fc8155f9d1a</c>. Where they
    /// begin, or the text's length.
    /// </summary>
    private static int SuffixAt(string text)
    {
        var at = text.Length;
        while (true)
        {
            var space = text.LastIndexOf(' ', at - 1);
            var word = space < 0 ? "" : text[(space + 1)..at];
            var equal = word.IndexOf('=');
            if (equal < 0 || word.EndsWith(')') || !SuffixNames.Contains(word[..equal]))
            {
                return at < text.Length && at > 0 && text[at - 1] == ')' ? at : text.Length;
            }

            at = space;
        }
    }

    private static void AddSuffix(FalcoFields fields, string suffix)
    {
        foreach (var word in suffix.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var equal = word.IndexOf('=');
            if (FalcoNames.OfText.TryGetValue(word[..equal], out var name))
            {
                // It tells again what stands inside; the same value is no contradiction.
                var value = word[(equal + 1)..].TrimEnd(',');
                fields.IsAmbiguous |= !fields.TryAdd(name, value) && fields[name] != value;
            }
        }
    }

    private static readonly string[] SuffixNames = ["k8s.ns", "k8s.pod", "container", "pid", "tid", "pod_uid", "pod_name", "namespace_name"];

    private static bool Add(FalcoFields fields, string name, string value)
    {
        value = value.TrimEnd().TrimEnd(',');
        return name == "image" || (name == "container_image" && value.LastIndexOf(':') > value.LastIndexOf('/'))
            ? fields.TryAddImage(value)
            : fields.TryAdd(name, value);
    }

    /// <summary><c>container=</c> is the id in fields that <c>-pk</c> appends, unless the id stands there itself.</summary>
    private static void Settle(FalcoFields fields)
    {
        if (fields["container"] is { } id && fields["container_id"] is null)
        {
            fields.TryAdd("container_id", id);
        }

        fields.Complete();
    }

    /// <summary>Fields begin at the parenthesis before a known key, or after <c> | </c>; a message without either is read from its start.</summary>
    private static int Start(string text)
    {
        var bar = text.IndexOf(" | ", StringComparison.Ordinal);
        var end = bar < 0 ? text.Length : bar;
        var lookup = FalcoNames.OfText.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var bracket = text.IndexOf('('); bracket >= 0 && bracket < end; bracket = text.IndexOf('(', bracket + 1))
        {
            var equal = text.IndexOf('=', bracket);
            if (equal > 0 && lookup.ContainsKey(text.AsSpan(bracket + 1, equal - bracket - 1)))
            {
                return bracket;
            }
        }

        return Math.Max(bar, 0);
    }

    /// <summary>Every known name before a <c>=</c>, at the start of a word.</summary>
    private static List<Key> Keys(string text, int start)
    {
        var keys = new List<Key>();
        var lookup = FalcoNames.OfText.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var equal = text.IndexOf('=', start); equal >= 0; equal = text.IndexOf('=', equal + 1))
        {
            var at = equal;
            while (at > start && (char.IsAsciiLetterOrDigit(text[at - 1]) || text[at - 1] is '_' or '.'))
            {
                at--;
            }

            var atWord = at == 0 || text[at - 1] is ' ' or '(' or ',' or '|';
            if (atWord && lookup.TryGetValue(text.AsSpan(at, equal - at), out var name))
            {
                keys.Add(new Key(at, equal + 1, name));
            }
        }

        return keys;
    }

    private readonly record struct Key(int At, int Value, string Name);
}
