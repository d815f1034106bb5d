using Saker.Spl.Execution;
using Saker.Spl.Planning;
using Saker.Spl.Text;

namespace Saker.Spl.Commands;

/// <summary>Commands that only change what Splunk's own pages show: rows pass through as they are.</summary>
public sealed record NoEffect(CommandSpec Spec, string Arguments) : ICommand, IRowWise, IGrowsOnly, IHasColumns
{
    public static CommandSpec Abstract { get; } = Make("abstract", "abstract [maxterms=<n>] [maxlines=<n>]", "Accepted without effect: Splunk shows a summary of each event.", "abstract maxlines=5");

    public static CommandSpec Highlight { get; } = Make("highlight", "highlight <text>…", "Accepted without effect: Splunk highlights the texts.", "highlight admin, root");

    public static CommandSpec Iconify { get; } = Make("iconify", "iconify <field>…", "Accepted without effect: Splunk shows an icon a value.", "iconify verb");

    CommandSpec ICommand.Spec => Spec;

    public SourceSpan Span { get; init; }

    public FieldNeed Needs(FieldNeed output) => output;

    public IEnumerable<string>? Columns(IReadOnlyList<string>? input) => input;

    public Operator Bind(BindContext context) => new PassOperator();

    public string? WhyNot(GrowthState state) => null;

    public override string ToString() => Arguments.Length == 0 ? Spec.Name : $"{Spec.Name} {Arguments}";

    private static CommandSpec Make(string name, string synopsis, string summary, string example)
    {
        CommandSpec spec = null!;
        return spec = new CommandSpec(name, synopsis, summary, example, reader => new NoEffect(spec, reader.ReadRest()) { Span = reader.Span });
    }
}

internal sealed class PassOperator : Operator
{
    public override RowStream Run(RowStream input) => input;
}
