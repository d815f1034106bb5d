namespace Saker.Spl.Commands;

/// <summary>Every command. The parser, help, completion, "did you mean" and the reference pages read this table.</summary>
public static class CommandTable
{
    private static readonly Dictionary<string, CommandSpec> Specs = new CommandSpec[]
    {
        Bin.Spec,
        Dedup.Spec,
        Eval.Spec,
        Eventstats.Spec,
        Fields.Spec,
        Fillnull.Spec,
        Head.Spec,
        Iplocation.Spec,
        Mstats.Spec,
        RegexFilter.Spec,
        Rename.Spec,
        Rex.Spec,
        Search.Spec,
        Sort.Spec,
        Spath.Spec,
        Stats.Spec,
        Streamstats.Spec,
        Table.Spec,
        Where.Spec,
    }.SelectMany(spec => spec.Aliases.Prepend(spec.Name).Select(name => (name, spec))).ToDictionary(e => e.name, e => e.spec, StringComparer.Ordinal);

    // What Splunk's Search Reference lists besides: recognised, so that the refusal can say "not yet" and not "unknown".
    private static readonly HashSet<string> Splunk = new(StringComparer.Ordinal)
    {
        "abstract", "accum", "addcoltotals", "addinfo", "addtotals", "analyzefields", "anomalies", "anomalousvalue", "anomalydetection", "append", "appendcols",
        "appendpipe", "apply", "arules", "associate", "autoregress", "bin", "bucket", "bucketdir", "chart", "cluster", "cofilter", "collect", "concurrency",
        "contingency", "convert", "correlate", "ctable", "datamodel", "datamodelsimple", "dbinspect", "dbxquery", "delete", "delta", "diff", "dump", "erex", "eventcount",
        "eventstats", "extract", "fieldformat", "fieldsummary", "filldown", "findkeywords", "findtypes", "fit", "folderize", "foreach", "format", "from", "fromjson",
        "gauge", "gentimes", "geom", "geomfilter", "geostats", "highlight", "history", "iconify", "input", "inputcsv", "inputintelligence", "inputlookup", "join", "kmeans",
        "kv", "kvform", "loadjob", "localize", "localop", "lookup", "makecontinuous", "makemv", "makeresults", "map", "mcatalog", "mcollect", "metadata",
        "metasearch", "meventcollect", "mpreview", "msearch", "multikv", "multisearch", "mvcombine", "mvexpand", "nomv", "outlier", "outputcsv", "outputlookup",
        "outputtext", "overlap", "pivot", "predict", "rangemap", "rare", "redistribute", "regex", "reltime", "replace", "require", "rest", "return",
        "reverse", "rex", "rtorder", "run", "savedsearch", "script", "scrub", "searchtxn", "selfjoin", "sendalert", "sendemail", "set", "setfields", "sichart", "sirare",
        "sistats", "sitimechart", "sitop", "snowincident", "spath", "strcat", "streamstats", "summarize", "tags", "tail", "timechart", "timewrap", "tojson",
        "top", "transaction", "transpose", "trendline", "tscollect", "tstats", "typeahead", "typelearner", "typer", "union", "uniq", "untable", "walklex",
        "where", "x11", "xmlkv", "xmlunescape", "xpath", "xyseries",
    };

    // What to write meanwhile, where another command does much the same.
    private static readonly Dictionary<string, string> Alternatives = new(StringComparer.Ordinal)
    {
        ["regex"] = "use `where match(field, \"…\")`",
        ["top"] = "use `stats count by field | sort -count | head 10`",
        ["rare"] = "use `stats count by field | sort count | head 10`",
        ["tail"] = "use `sort _time | head`",
        ["reverse"] = "use `sort` with a field",
        ["uniq"] = "use `dedup`",
    };

    public static IEnumerable<CommandSpec> All => Specs.Values.Distinct();

    /// <summary>The command of this lower-case name or alias, or null.</summary>
    public static CommandSpec? Find(string name) => Specs.GetValueOrDefault(name);

    /// <summary>Whether Splunk has a command of this name, supported here or not.</summary>
    public static bool IsKnownInSplunk(string name) => Splunk.Contains(name) || Specs.ContainsKey(name);

    public static string? Alternative(string name) => Alternatives.GetValueOrDefault(name);
}
