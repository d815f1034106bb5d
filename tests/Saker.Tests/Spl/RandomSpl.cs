using System.Text;

namespace Saker.Tests.Language;

/// <summary>Makes random searches, expressions and events from a seed.</summary>
internal sealed class RandomSpl(int seed)
{
    private static readonly string[] Fields = ["a", "b", "c.d", "list{}", "objs{}.k", "_time", "missing", "t"];
    private static readonly string[] Words = ["alpha", "beta", "10", "9", "1.0", "-3", "x y", "", "Ünï", "a|b", "q\\\"q", "*", "al*"];
    private static readonly string[] Functions =
    [
        "len(X)", "lower(X)", "if(P,X,Y)", "coalesce(X,Y)", "case(P,X,P,Y)", "mvcount(X)", "mvappend(X,Y)", "mvjoin(X,\",\")", "tonumber(X)", "tostring(X,\"hex\")", "round(X,1)", "abs(X)",
        "substr(X,2,3)", "replace(X,\"[a-m]\",\"<\\\\0>\")", "split(X,\"a\")", "mvindex(X,0)", "mvindex(X,-1)", "mvsort(X)", "mvdedup(X)", "md5(X)", "max(X,Y)", "min(X,Y)", "json_object(\"k\",X)", "json_array(X,Y)",
        "json_extract(X,\"k\")", "strftime(X,\"%F %T\")", "strptime(X,\"%Y\")", "nullif(X,Y)", "typeof(X)", "mvfilter(a!=\"10\")", "mvmap(a,a.\"!\")", "printf(\"%d %s %5.2f\",X,Y,X)", "trim(X)", "sum(X,Y)", "avg(X,Y)",
        "mvzip(X,Y)", "mvrange(0,3)", "spath(X,\"k\")", "bit_and(X,7)", "sigfig(X)", "exact(X)", "relative_time(X,\"-1d@d\")", "urldecode(X)", "toarray(X)", "null()",
    ];

    private readonly Random random = new(seed);

    public string Field() => Pick(Fields);

    public string Event()
    {
        var text = new StringBuilder("{");
        var members = random.Next(6);
        for (var i = 0; i < members; i++)
        {
            text.Append(i > 0 ? "," : "").Append($"\"{Pick("a", "b", "c.d", "c", "t", "list", "objs", "a")}\":").Append(Json(2));
        }

        return text.Append(members > 0 ? "," : "").Append($"\"_time\":{random.Next(1000, 2000)}}}").ToString();
    }

    /// <summary>A pipeline of commands whose rows do not depend on the order of events.</summary>
    public string Pipeline(bool sums)
    {
        var text = new StringBuilder("search " + Search(2));
        var count = random.Next(4);
        for (var i = 0; i < count; i++)
        {
            text.Append(" | ").Append(RowWise());
        }

        if (sums)
        {
            text.Append(" | ").Append(Stats());
            if (random.Next(2) == 0)
            {
                text.Append(" | ").Append(Pick("where n>1", "search n>1 OR v=*", "eval n=n+1", "fillnull value=x", "rename n AS m", "sort 0 -n", "stats count sum(n) AS s BY n", "table n v"));
            }
        }

        return text.ToString();
    }

    public string Search(int depth) => random.Next(depth > 0 ? 9 : 5) switch
    {
        0 => "*",
        1 => $"{Name()}{Pick("=", "!=", ">", "<=", "=")}{Quoted()}",
        2 => $"{Name()} IN ({Quoted()}, {Quoted()})",
        3 => Pick("alpha", "\"x y\"", "TERM(beta)", "CASE(Alpha)", "al*", "*\\\"a\\\":*"),
        4 => $"{Name()}=*",
        5 => $"NOT {Search(depth - 1)}",
        6 => $"({Search(depth - 1)} OR {Search(depth - 1)})",
        7 => $"{Search(depth - 1)} {Search(depth - 1)}",
        _ => $"{Search(depth - 1)} AND NOT ({Search(depth - 1)} OR {Search(depth - 1)})",
    };

    public string Expression(int depth) => random.Next(depth > 0 ? 7 : 3) switch
    {
        0 => EvalField(),
        1 => $"\"{Pick(Words)}\"",
        2 => Pick("1", "0", "-2.5", "1e3", "100"),
        3 => $"({Expression(depth - 1)} {Pick("+", ".", "*")} {EvalField()})",
        4 => $"-{EvalField()}",
        _ => Call(depth - 1),
    };

    public string Condition(int depth) => random.Next(depth > 0 ? 8 : 4) switch
    {
        0 => $"{Expression(depth)} {Pick("=", "!=", "<", ">=", "LIKE")} {Expression(depth)}",
        1 => $"isnull({Expression(depth)})",
        2 => $"match({Expression(depth)},\"^[a-z]+\\d*\")",
        3 => $"{EvalField()} IN (\"alpha\", 10, {Expression(0)})",
        4 => $"NOT {Condition(depth - 1)}",
        5 => $"({Condition(depth - 1)} AND {Condition(depth - 1)})",
        6 => $"({Condition(depth - 1)} OR {Condition(depth - 1)} XOR {Condition(depth - 1)})",
        _ => $"searchmatch(\"a=al* OR beta\")",
    };

    private string RowWise() => random.Next(10) switch
    {
        8 => $"where {EvalField()}=\"{Pick(Words)}\" OR {EvalField()} IN (\"alpha\", \"x y\")",
        9 => $"where \"{Pick(Words)}\"={EvalField()} AND {Condition(1)}",
        0 => $"where {Condition(2)}",
        1 => $"eval {Pick("x", "a", "c.d")}={Expression(3)}, y={Expression(2)}",
        2 => "fillnull" + Pick("", " value=none", " a missing"),
        3 => $"rename {Pick("a AS b", "c.d AS cd", "list{} AS l, a AS z", "c.* AS c_*")}",
        4 => $"fields {Pick("a b c.d", "- t", "a, list{}, b", "c.*")}",
        5 => $"search {Search(1)}",
        6 => "iplocation a",
        _ => $"eval x=if({Condition(2)},{Expression(2)},{Expression(1)})",
    };

    private string Stats()
    {
        var calls = new StringBuilder("stats count AS n values(b) AS v");
        var more = random.Next(5);
        for (var i = 0; i < more; i++)
        {
            calls.Append($" {Pick("dc", "min", "max", "values", "count", "mode", "median", "p90", "earliest", "latest", "range", "earliest_time", "latest_time", "sum")}({Quote(Field())}) AS f{i}");
        }

        return calls + Pick("", " BY a", " BY list{}", " BY a, list{}", " BY missing", " BY b t");
    }

    private string Call(int depth)
    {
        var text = new StringBuilder();
        foreach (var c in Pick(Functions))
        {
            text.Append(c switch
            {
                'X' or 'Y' => Expression(Math.Min(depth, 1)),
                'P' => Condition(Math.Min(depth, 1)),
                _ => c.ToString(),
            });
        }

        return text.ToString();
    }

    private string Json(int depth) => random.Next(depth > 0 ? 9 : 6) switch
    {
        0 => "null",
        1 => Pick("true", "false"),
        2 or 3 => Pick("10", "9", "1.0", "-3", "1e2", "12345678901234567890", "0.5"),
        4 or 5 => $"\"{Pick("alpha", "Alpha7", "beta", "x y", "", "Ünï", "10", "a\\\"b", "\\u0061lpha", "{\\\"k\\\":1}")}\"",
        6 => $"[{Json(depth - 1)},{Json(depth - 1)},{Json(depth - 1)}]",
        7 => "[]",
        _ => $"{{\"k\":{Json(depth - 1)},\"d\":{Json(depth - 1)}}}",
    };

    private string Name() => Quote(Field());

    private string EvalField() => $"'{Field()}'";

    private string Quoted() => $"\"{Pick(Words)}\"";

    private static string Quote(string name) => $"\"{name}\"";

    private string Pick(params string[] choices) => choices[random.Next(choices.Length)];
}
