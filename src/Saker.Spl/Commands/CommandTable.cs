namespace Saker.Spl.Commands;

/// <summary>Every command. The parser, help, completion, "did you mean" and the reference pages read this table.</summary>
public static class CommandTable
{
    private static readonly Dictionary<string, CommandSpec> Specs = ByName(
    [
        Accum.Spec,
        Addcoltotals.Spec,
        Addinfo.Spec,
        Addtotals.Spec,
        Append.Spec,
        Appendcols.Spec,
        Appendpipe.Spec,
        Autoregress.Spec,
        Bin.Spec,
        Chart.Spec,
        Cluster.Spec,
        Collect.Spec,
        Convert.Spec,
        Datamodel.Spec,
        Dedup.Spec,
        Delta.Spec,
        Eval.Spec,
        Eventcount.Spec,
        Eventstats.Spec,
        Extract.Spec,
        Fieldformat.Spec,
        Fields.Spec,
        Fieldsummary.Spec,
        Filldown.Spec,
        Fillnull.Spec,
        Foreach.Spec,
        Format.Spec,
        From.Spec,
        Fromjson.Spec,
        Gentimes.Spec,
        Head.Spec,
        Inputlookup.Spec,
        Iplocation.Spec,
        Join.Spec,
        Lookup.Spec,
        Makecontinuous.Spec,
        Makemv.Spec,
        Makeresults.Spec,
        Map.Spec,
        Mstats.Spec,
        Multisearch.Spec,
        Mvcombine.Spec,
        Mvexpand.Spec,
        NoEffect.Abstract,
        NoEffect.Highlight,
        NoEffect.Iconify,
        Nomv.Spec,
        Outputlookup.Spec,
        Rangemap.Spec,
        RegexFilter.Spec,
        Rename.Spec,
        Replace.Spec,
        Return.Spec,
        Reverse.Spec,
        Rex.Spec,
        SakerWindows.Spec,
        Search.Spec,
        Set.Spec,
        Setfields.Spec,
        Sort.Spec,
        Spath.Spec,
        Stats.Spec,
        Strcat.Spec,
        Streamstats.Spec,
        Table.Spec,
        Tags.TagsSpec,
        Tags.TyperSpec,
        Tail.Spec,
        Timechart.Spec,
        Tojson.Spec,
        Top.RareSpec,
        Top.Spec,
        Transaction.Spec,
        Transpose.Spec,
        Tstats.Spec,
        Union.Spec,
        Uniq.Spec,
        Untable.Spec,
        Where.Spec,
        Xmlkv.Spec,
        Xyseries.Spec,
    ]);

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

    // Why not, and what to write instead, where another command does much the same.
    private static readonly Dictionary<string, string> Alternatives = new(StringComparer.Ordinal)
    {
        ["analyzefields"] = "compare fields with `stats` by the reference field",
        ["anomalies"] = "its score rests on an unpublished model: find rare rows with `rare` or `cluster`",
        ["anomalousvalue"] = "its score rests on an unpublished model: find rare values with `rare`, far ones with `eventstats avg(x) AS mean, stdev(x) AS spread | where abs(x - mean) > 3 * spread`",
        ["anomalydetection"] = "its score rests on an unpublished model: `eventstats avg(x) AS mean, stdev(x) AS spread | where abs(x - mean) > 3 * spread`",
        ["arules"] = "count pairs of values: `stats count BY a, b`",
        ["associate"] = "count pairs of values: `stats count BY a, b`",
        ["bucketdir"] = "take the directory with `rex field=source \"(?<directory>.*)/\"`, then `stats count BY directory`",
        ["cofilter"] = "count pairs of values: `stats count BY a, b`",
        ["concurrency"] = "count what overlaps with `transaction`, or starts and ends with `append` and `streamstats sum(change)`",
        ["contingency"] = "count pairs of values: `chart count OVER a BY b`",
        ["correlate"] = "count pairs of values: `chart count OVER a BY b`",
        ["ctable"] = "count pairs of values: `chart count OVER a BY b`",
        ["datamodelsimple"] = "use `datamodel`",
        ["dbinspect"] = "it lists an indexer's files: `eventcount summarize=false index=*` counts events",
        ["diff"] = "compare rows with `set diff [search …] [search …]`",
        ["dump"] = "print the rows as csv, or use `collect`",
        ["erex"] = "write the pattern yourself: `rex \"(?<name>…)\"`",
        ["findkeywords"] = "find texts that are alike with `cluster showcount=true`",
        ["findtypes"] = "find texts that are alike with `cluster showcount=true`",
        ["folderize"] = "take the part of the name with `rex`, then `stats count BY part`",
        ["gauge"] = "name the range of a number with `rangemap`",
        ["geom"] = "it draws maps: `iplocation` and `stats count BY Country` give the numbers",
        ["geomfilter"] = "it draws maps: `iplocation` and `where lat > …` give the numbers",
        ["geostats"] = "it draws maps: `iplocation` and `stats count BY Country, lat, lon` give the numbers",
        ["history"] = "searches that were run are not kept",
        ["input"] = "files to follow are part of the server's settings",
        ["inputintelligence"] = "bring the list as a lookup and use `inputlookup`",
        ["kmeans"] = "its clusters depend on random starts: group texts with `cluster`, numbers with `bin`",
        ["kvform"] = "take the values with `extract` or `rex`",
        ["localize"] = "use `transaction maxpause=…`, then `map` for each stretch of time",
        ["localop"] = "every search runs in one place: leave it out",
        ["mcatalog"] = "use `mstats count(_value) WHERE metric_name=* BY metric_name`",
        ["metadata"] = "use `stats count, min(_time) AS firstTime, max(_time) AS lastTime BY host` (or source, sourcetype)",
        ["metasearch"] = "use `search` and `stats count BY index, sourcetype, source, host`",
        ["mpreview"] = "use `mstats avg(_value) WHERE metric_name=… BY …`",
        ["msearch"] = "use `mstats avg(_value) WHERE metric_name=… BY …`",
        ["multikv"] = "tables as text are not read: take the columns with `rex max_match=0`",
        ["outlier"] = "use `eventstats p25(x) AS low, p75(x) AS high | where x > high + 2.5 * (high - low)`",
        ["overlap"] = "it mends summary indexes, which are not kept",
        ["pivot"] = "use `tstats … FROM datamodel=…`, then `chart`",
        ["predict"] = "its forecasts rest on an unpublished model: compare with a baseline by `eventstats avg(x) AS mean, stdev(x) AS spread`, or with a lookup",
        ["redistribute"] = "every search runs in one place: leave it out",
        ["reltime"] = "use `eval age=tostring(now() - _time, \"duration\")`",
        ["require"] = "use `stats count` and `where count > 0`",
        ["rtorder"] = "use `sort _time`",
        ["scrub"] = "replace what is secret with `rex mode=sed`, or `eval x=sha256(x)`",
        ["searchtxn"] = "use `search` and `transaction`",
        ["selfjoin"] = "use `eventstats` by the field, or `join` with the search itself",
        ["sichart"] = "summary indexes are not kept: use `chart`",
        ["sirare"] = "summary indexes are not kept: use `rare`",
        ["sistats"] = "summary indexes are not kept: use `stats`",
        ["sitimechart"] = "summary indexes are not kept: use `timechart`",
        ["sitop"] = "summary indexes are not kept: use `top`",
        ["snowincident"] = "searches act on nothing: give the detection an output",
        ["summarize"] = "use `stats`",
        ["timewrap"] = "use `eval day=strftime(_time, \"%F\"), hour=strftime(_time, \"%H\") | chart count OVER hour BY day`",
        ["trendline"] = "use `streamstats window=5 avg(x)`",
        ["tscollect"] = "summaries are not kept: use `tstats` on the events",
        ["typeahead"] = "use `top field`",
        ["typelearner"] = "find texts that are alike with `cluster showcount=true`",
        ["walklex"] = "count what fields hold: `fieldsummary`, or `stats count BY field`",
        ["x11"] = "use `streamstats window=7 avg(x)`",
        ["xmlunescape"] = "use `eval x=replace(x, \"&lt;\", \"<\")` and so on",
        ["xpath"] = "take the value with `spath path=Event.System.EventID`, which reads XML too",
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

    private static Dictionary<string, CommandSpec> ByName(CommandSpec[] specs)
    {
        var byName = new Dictionary<string, CommandSpec>(StringComparer.Ordinal);
        foreach (var spec in specs)
        {
            byName.Add(spec.Name, spec);
            foreach (var alias in spec.Aliases)
            {
                byName.Add(alias, spec);
            }
        }

        return byName;
    }
}
