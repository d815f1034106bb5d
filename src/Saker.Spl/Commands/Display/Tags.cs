using Saker.Spl.Planning;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary><c>tags</c> and <c>typer</c>: rows pass through with a warning, for tags and event types are defined in Splunk's settings.</summary>
public sealed record Tags(CommandSpec Spec, string Arguments) : ICommand, IRowWise, IGrowsOnly, IHasColumns
{
    public static CommandSpec TagsSpec { get; } = new(
        "tags", "tags [outputfield=<field>] [inclname=<bool>] [inclvalue=<bool>] [<field>…]", "Accepted without effect, with a warning: tags are part of Splunk's settings.", "tags outputfield=tag host", ParseTags);

    public static CommandSpec TyperSpec { get; } = new(
        "typer", "typer [eventtypes=<text>] [maxlen=<n>]", "Accepted without effect, with a warning: event types are part of Splunk's settings.", "typer", ParseTyper);

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public FieldNeed Needs(FieldNeed output) => output;

    public IEnumerable<string>? Columns(IReadOnlyList<string>? input) => input;

    public Operator Bind(BindContext context)
    {
        context.Search.Warn($"{Spec.Name}: {(Spec.Name == "tags" ? "no tags" : "no event types")} are defined, so no field was added");
        return new PassOperator();
    }

    public string? WhyNot(GrowthState state) => null;

    public override string ToString() => Arguments.Length == 0 ? Spec.Name : $"{Spec.Name} {Arguments}";

    private static Tags ParseTags(CommandReader reader) => new(TagsSpec, reader.ReadRest()) { Span = reader.Span };

    private static Tags ParseTyper(CommandReader reader) => new(TyperSpec, reader.ReadRest()) { Span = reader.Span };
}
