namespace Saker.Spl.Commands;

/// <summary>Every command. The parser, help, completion, "did you mean" and the reference pages read this table.</summary>
public static class CommandTable
{
    private static readonly Dictionary<string, CommandSpec> Specs = new CommandSpec[]
    {
        Addinfo.Spec,
        Append.Spec,
        Appendcols.Spec,
        Appendpipe.Spec,
        Collect.Spec,
        Convert.Spec,
        Datamodel.Spec,
        Dedup.Spec,
        Eval.Spec,
        Fields.Spec,
        Fillnull.Spec,
        Foreach.Spec,
        Format.Spec,
        From.Spec,
        Head.Spec,
        Inputlookup.Spec,
        Iplocation.Spec,
        Join.Spec,
        Lookup.Spec,
        Makeresults.Spec,
        Map.Spec,
        Mstats.Spec,
        Multisearch.Spec,
        Outputlookup.Spec,
        Rename.Spec,
        Return.Spec,
        Search.Spec,
        Sort.Spec,
        Stats.Spec,
        Table.Spec,
        Tstats.Spec,
        Union.Spec,
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

    // What will not come, and why.
    private static readonly Dictionary<string, (string Reason, string Hint)> Refused = new(StringComparer.Ordinal)
    {
        ["apply"] = ("it needs a model trained by Splunk's Machine Learning Toolkit", "compare with a baseline: a search that ends in outputlookup, and lookup"),
        ["fit"] = ("it trains a model of Splunk's Machine Learning Toolkit", "keep averages and deviations with stats and outputlookup"),
        ["summary"] = ("it shows a model of Splunk's Machine Learning Toolkit", "keep averages and deviations with stats and outputlookup"),
        ["inputcsv"] = ("searches read no files of the machine they run on", "define the file as a lookup and use inputlookup"),
        ["outputcsv"] = ("searches write no files of the machine they run on", "use outputlookup, or print the rows as csv"),
        ["outputtext"] = ("searches write no files of the machine they run on", "print the rows as csv"),
        ["mcollect"] = ("searches write no metrics", "use collect to write events"),
        ["meventcollect"] = ("searches write no metrics", "use collect to write events"),
        ["rest"] = ("there is no REST endpoint of a Splunk server here", "bring the rows as a lookup"),
        ["sendalert"] = ("searches act on nothing", "give the detection an output"),
        ["sendemail"] = ("searches act on nothing", "give the detection an output"),
        ["script"] = ("searches run no programs", "bring the rows as a lookup"),
        ["run"] = ("searches run no programs", "bring the rows as a lookup"),
        ["delete"] = ("searches remove no events", "filter them out, or let them age out"),
        ["dbxquery"] = ("there is no database connection here", "bring the rows as a lookup"),
        ["loadjob"] = ("finished jobs are not kept", "write the search itself"),
        ["savedsearch"] = ("saved searches are not kept", "write the search itself, or a macro that holds it"),
    };

    public static IEnumerable<CommandSpec> All => Specs.Values.Distinct();

    /// <summary>The command of this lower-case name or alias, or null.</summary>
    public static CommandSpec? Find(string name) => Specs.GetValueOrDefault(name);

    /// <summary>Whether Splunk has a command of this name, supported here or not.</summary>
    public static bool IsKnownInSplunk(string name) => Splunk.Contains(name) || Specs.ContainsKey(name);

    /// <summary>Names of commands that Splunk has, supported here or not.</summary>
    public static IEnumerable<string> KnownInSplunk => Splunk;

    public static string? Alternative(string name) => Alternatives.GetValueOrDefault(name);

    /// <summary>Why a command of Splunk's will not come, and what to do instead; null for others.</summary>
    public static (string Reason, string Hint)? Refusal(string name) => Refused.TryGetValue(name, out var refusal) ? refusal : null;
}
