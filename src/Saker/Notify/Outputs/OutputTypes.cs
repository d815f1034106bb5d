namespace Saker.Notify.Outputs;

/// <summary>The types of outputs by their names in settings.</summary>
internal static class OutputTypes
{
    private static readonly Dictionary<string, Func<OutputSettings, TimeProvider, IOutput>> All = new(StringComparer.Ordinal)
    {
        ["webhook"] = (s, clock) => new WebhookOutput(s, clock),
        ["slack"] = (s, clock) => new SlackOutput(s, clock),
        ["alertmanager"] = (s, clock) => new AlertmanagerOutput(s, clock),
        ["splunk_hec"] = (s, clock) => new HecOutput(s, clock),
        ["otlp"] = (s, clock) => new OtlpOutput(s, clock),
        ["syslog"] = (s, _) => new SyslogOutput(s),
        ["file"] = (s, _) => new FileOutput(s),
    };

    public static IReadOnlyCollection<string> Names => All.Keys;

    public static IOutput Create(OutputSettings settings, TimeProvider clock) => All[settings.Type](settings, clock);
}
