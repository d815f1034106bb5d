using System.Text.Json;
using Saker.Content;
using Saker.Spl.Text;
using Saker.Stores;

namespace Saker.Detections.Windows;

/// <summary>
/// Which detections a server runs and since when: those that the content enables, and what people chose at run time, which is kept. A detection that
/// is new or whose choice changes starts now; what happened before is for backfill.
/// </summary>
internal static class EnabledDetections
{
    private const string Group = "detection";

    /// <summary>The detections and baselines to run; those that run for the first time begin now, and that is kept. Mistakes in searches are added; the others go on.</summary>
    /// <exception cref="StoreUnavailableException">Try again later.</exception>
    public static async Task<IReadOnlyList<(PreparedDetection Detection, DateTimeOffset EnabledAt)>> ReadAsync(
        ContentLibrary content, IStateStore state, TimeProvider clock, List<Diagnostic> mistakes, CancellationToken cancellation)
    {
        var choices = new Dictionary<string, (Choice Choice, long Version)>(StringComparer.Ordinal);
        await foreach (var row in state.ReadGroupAsync(StateTable.Settings, Group, cancellation).ConfigureAwait(false))
        {
            choices[row.Key] = (Choice.Read(row), row.Version);
        }

        var wanted = content.Detections.Where(d => IsWanted(d, choices.GetValueOrDefault(KeyOf(d.Id)).Choice)).Select(d => Scheduled(d, choices.GetValueOrDefault(KeyOf(d.Id)).Choice));
        var detections = wanted.Concat(content.Baselines.Select(AsDetection)).OrderBy(d => d.Name, StringComparer.Ordinal).ToList();
        var now = clock.GetUtcNow();
        var fresh = new List<StateRow>();
        var prepared = new List<(PreparedDetection, DateTimeOffset)>();
        foreach (var one in PreparedDetection.Prepare(detections, content.Macros, mistakes))
        {
            var known = choices.GetValueOrDefault(KeyOf(one.Detection.Id));
            // By another schedule its windows are others: it starts now, as a new detection does, and tells nothing of before once more.
            var runsAs = $"{one.Detection.Schedule.Cron}|{one.Detection.Schedule.Earliest}|{one.Detection.Schedule.Latest}";
            var isRescheduled = known.Choice is { RunsAs: { Length: > 0 } before } && before != runsAs;
            var since = isRescheduled ? now : known.Choice?.EnabledAt ?? now;
            if (known.Choice?.EnabledAt != since || known.Choice?.RunsAs != runsAs)
            {
                fresh.Add(((known.Choice ?? new Choice()) with { EnabledAt = since, RunsAs = runsAs }).ToState(KeyOf(one.Detection.Id), known.Version + 1));
            }

            prepared.Add((one, since));
        }

        await state.PutAsync(StateTable.Settings, fresh, cancellation).ConfigureAwait(false);
        return prepared;
    }

    /// <summary>The detections that run, by id, with the time since when. Reads only.</summary>
    /// <exception cref="StoreUnavailableException">Try again later.</exception>
    public static async Task<IReadOnlyDictionary<string, DateTimeOffset?>> LookAsync(ContentLibrary content, IStateStore state, CancellationToken cancellation)
    {
        var choices = new Dictionary<string, Choice>(StringComparer.Ordinal);
        await foreach (var row in state.ReadGroupAsync(StateTable.Settings, Group, cancellation).ConfigureAwait(false))
        {
            choices[row.Key] = Choice.Read(row);
        }

        return content.Detections.Where(d => IsWanted(d, choices.GetValueOrDefault(KeyOf(d.Id)))).ToDictionary(d => d.Id, d => choices.GetValueOrDefault(KeyOf(d.Id))?.EnabledAt);
    }

    /// <summary>Enables or disables a detection from now on.</summary>
    /// <exception cref="StoreUnavailableException">Try again later.</exception>
    public static async Task ChooseAsync(string detectionId, bool isEnabled, IStateStore state, TimeProvider clock, CancellationToken cancellation)
    {
        var key = KeyOf(detectionId);
        var before = await state.FindAsync(StateTable.Settings, key, cancellation).ConfigureAwait(false);
        var choice = before is null ? new Choice() : Choice.Read(before);
        choice = choice with { IsChosen = true, IsEnabled = isEnabled, EnabledAt = !isEnabled ? null : choice is { EnabledAt: { } since, IsEnabled: true } ? since : clock.GetUtcNow() };
        await state.PutAsync(StateTable.Settings, [choice.ToState(key, (before?.Version ?? 0) + 1)], cancellation).ConfigureAwait(false);
    }

    /// <summary>Changes when a detection runs, from now on; null leaves it to the configuration and the content.</summary>
    /// <exception cref="StoreUnavailableException">Try again later.</exception>
    public static async Task ScheduleAsync(string detectionId, ScheduleOverride? schedule, IStateStore state, CancellationToken cancellation)
    {
        var key = KeyOf(detectionId);
        var before = await state.FindAsync(StateTable.Settings, key, cancellation).ConfigureAwait(false);
        var choice = (before is null ? new Choice() : Choice.Read(before)) with { Schedule = schedule };
        await state.PutAsync(StateTable.Settings, [choice.ToState(key, (before?.Version ?? 0) + 1)], cancellation).ConfigureAwait(false);
    }

    /// <summary>What people chose, by the detections' ids.</summary>
    /// <exception cref="StoreUnavailableException">Try again later.</exception>
    public static async Task<IReadOnlyDictionary<string, Choice>> ChoicesAsync(IStateStore state, CancellationToken cancellation)
    {
        var choices = new Dictionary<string, Choice>(StringComparer.Ordinal);
        await foreach (var row in state.ReadGroupAsync(StateTable.Settings, Group, cancellation).ConfigureAwait(false))
        {
            choices[row.Key["detection/".Length..]] = Choice.Read(row);
        }

        return choices;
    }

    /// <summary>A detection as it runs, by what people chose.</summary>
    public static Detection Scheduled(Detection detection, Choice? choice) => choice?.Schedule is { } own ? detection with { Schedule = own.Over(detection.Schedule) } : detection;

    private static bool IsWanted(Detection detection, Choice? choice) =>
        choice is { IsChosen: true } ? choice.IsEnabled : detection.Enabled && detection.Status is (ContentStatus.Production or ContentStatus.Experimental);

    private static string KeyOf(string detectionId) => "detection/" + detectionId;

    /// <summary>A baseline runs like a detection whose rows raise nothing: its search writes a lookup.</summary>
    private static Detection AsDetection(Baseline baseline) => new()
    {
        Name = baseline.Name,
        Id = baseline.Id,
        Type = DetectionType.Hunting,
        Search = baseline.Search,
        File = baseline.File,
        Generation = SchemaGeneration.B,
        Schedule = baseline.Schedule,
        Stem = Path.GetFileNameWithoutExtension(baseline.File.Name),
        Description = baseline.Description,
        Enabled = true,
    };

    /// <summary>What was chosen for a detection.</summary>
    internal sealed record Choice
    {
        /// <summary>Whether a person chose; else the content decides.</summary>
        public bool IsChosen { get; init; }

        public bool IsEnabled { get; init; }

        /// <summary>Since when it runs; null while it does not.</summary>
        public DateTimeOffset? EnabledAt { get; init; }

        /// <summary>The schedule by which it ran last; empty if that is not known.</summary>
        public string RunsAs { get; init; } = "";

        /// <summary>What a person changed in its schedule; null for nothing.</summary>
        public ScheduleOverride? Schedule { get; init; }

        public static Choice Read(StateRow row)
        {
            using var json = JsonDocument.Parse(row.Body);
            var root = json.RootElement;
            return new Choice
            {
                IsChosen = root.GetProperty("is_chosen").GetBoolean(),
                IsEnabled = root.GetProperty("is_enabled").GetBoolean(),
                EnabledAt = root.GetProperty("enabled_at") is { ValueKind: JsonValueKind.String } at ? at.GetDateTimeOffset() : null,
                RunsAs = root.TryGetProperty("runs_as", out var runsAs) ? runsAs.GetString() ?? "" : "",
                Schedule = root.TryGetProperty("schedule", out var own) ? new ScheduleOverride("", Part(own, "cron"), Part(own, "earliest"), Part(own, "latest")) : null,
            };
        }

        private static string? Part(JsonElement schedule, string name) => schedule.TryGetProperty(name, out var text) ? text.GetString() : null;

        public StateRow ToState(string key, long version)
        {
            using var stream = new MemoryStream();
            using (var json = new Utf8JsonWriter(stream))
            {
                json.WriteStartObject();
                json.WriteBoolean("is_chosen", IsChosen);
                json.WriteBoolean("is_enabled", IsEnabled);
                if (EnabledAt is { } at)
                {
                    json.WriteString("enabled_at", at);
                }
                else
                {
                    json.WriteNull("enabled_at");
                }

                json.WriteString("runs_as", RunsAs);
                if (Schedule is { } own)
                {
                    json.WriteStartObject("schedule");
                    foreach (var (part, text) in ((string, string?)[])[("cron", own.Cron), ("earliest", own.Earliest), ("latest", own.Latest)])
                    {
                        if (text is not null)
                        {
                            json.WriteString(part, text);
                        }
                    }

                    json.WriteEndObject();
                }

                json.WriteEndObject();
            }

            return new StateRow(key, Group, version, 0, stream.ToArray());
        }
    }
}
