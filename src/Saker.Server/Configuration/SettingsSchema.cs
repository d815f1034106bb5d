using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Saker.Server.Configuration;

/// <summary>The JSON schema of <c>saker.yaml</c>, written from <see cref="SettingTable"/>: editors complete and check with it.</summary>
internal static class SettingsSchema
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write()
    {
        var root = NewObject();
        foreach (var setting in SettingTable.All)
        {
            var parts = setting.Path.Split('.');
            var holder = root;
            foreach (var part in parts[..^1])
            {
                holder = part.EndsWith("[]", StringComparison.Ordinal) ? InList(holder, part[..^2]) : Inside(holder, part);
            }

            ((JsonObject)holder["properties"]!)[parts[^1]] = Of(setting);
        }

        var schema = new JsonObject { ["$schema"] = "https://json-schema.org/draft/2020-12/schema", ["title"] = "saker.yaml" };
        foreach (var (name, value) in root.ToList())
        {
            root.Remove(name);
            schema[name] = value;
        }

        return schema.ToJsonString(Indented) + "\n";
    }

    private static JsonObject NewObject() => new() { ["type"] = "object", ["additionalProperties"] = false, ["properties"] = new JsonObject() };

    private static JsonObject Inside(JsonObject holder, string name)
    {
        var properties = (JsonObject)holder["properties"]!;
        properties[name] ??= NewObject();
        return (JsonObject)properties[name]!;
    }

    private static JsonObject InList(JsonObject holder, string name)
    {
        var properties = (JsonObject)holder["properties"]!;
        properties[name] ??= new JsonObject { ["type"] = "array", ["items"] = NewObject() };
        return (JsonObject)properties[name]!["items"]!;
    }

    private static JsonObject Of(Setting setting)
    {
        JsonNode? words = setting.Words.Count == 0 ? null : new JsonArray([.. setting.Words.Select(w => (JsonNode)w)]);
        var schema = new JsonObject { ["description"] = setting.About };
        switch (setting.Kind)
        {
            case SettingKind.Flag:
                schema["type"] = "boolean";
                break;
            case SettingKind.Number:
                schema["type"] = "integer";
                schema["minimum"] = setting.Least;
                if (setting.Most < long.MaxValue)
                {
                    schema["maximum"] = setting.Most;
                }

                break;
            case SettingKind.Texts:
                var item = new JsonObject { ["type"] = "string" };
                if (words is not null)
                {
                    item["enum"] = words;
                }

                schema["type"] = "array";
                schema["items"] = item;
                break;
            case SettingKind.Numbers:
                schema["type"] = "object";
                schema["additionalProperties"] = new JsonObject { ["type"] = "integer", ["minimum"] = 1 };
                break;
            case SettingKind.NamedTexts:
                schema["type"] = "object";
                schema["additionalProperties"] = new JsonObject { ["type"] = "string" };
                break;
            default:
                schema["type"] = "string";
                if (words is not null)
                {
                    schema["enum"] = words;
                }

                break;
        }

        if (setting.Default.Length > 0)
        {
            schema["default"] = setting.Kind switch
            {
                SettingKind.Flag => setting.Default == "true",
                SettingKind.Number => long.Parse(setting.Default, CultureInfo.InvariantCulture),
                SettingKind.Texts => new JsonArray([.. setting.Default.Split(',').Select(d => (JsonNode)d)]),
                _ => setting.Default,
            };
        }

        return schema;
    }
}
