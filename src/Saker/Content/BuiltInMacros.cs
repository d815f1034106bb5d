using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Content;

/// <summary>Macros that published content calls and that come with Splunk's apps, or with a part of the content that may not be at hand.</summary>
internal static class BuiltInMacros
{
    public static void AddTo(MacroTable table)
    {
        table.Set(Make("drop_dm_object_name", ["object"], "rename \"$object$.*\" as \"*\""));
        // Every published detection calls these two: a directory with detections alone needs them as well.
        table.Set(Make("security_content_ctime", ["field"], "convert timeformat=\"%Y-%m-%dT%H:%M:%S\" ctime($field$)"));
        table.Set(Make("security_content_summariesonly", [], "summariesonly=false allow_old_summaries=true fillnull_value=null"));
        // Enterprise Security's, where nothing is known of assets and domains of one's own.
        table.Set(Make("get_asset", ["field"], "search *"));
        table.Set(Make("cim_corporate_web_domain_search", ["field"], "NOT *"));
        table.Set(Make(
            "globedistance",
            ["lat1", "lon1", "lat2", "lon2", "unit"],
            "eval distance=2*if(\"$unit$\"=\"m\",3959,6371)*asin(sqrt(pow(sin(($lat2$-$lat1$)*pi()/360),2)"
            + "+cos($lat1$*pi()/180)*cos($lat2$*pi()/180)*pow(sin(($lon2$-$lon1$)*pi()/360),2)))"));
    }

    /// <summary>What a detection's filter macro is until someone defines it: it keeps every row.</summary>
    public static Macro EmptyFilter(string name) => Make(name, [], "search *");

    private static Macro Make(string name, IReadOnlyList<string> arguments, string definition) =>
        new(name, arguments, new SourceText($"macro `{name}` (built in)", definition));
}
