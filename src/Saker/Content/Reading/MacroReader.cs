using Saker.Content.Yaml;
using Saker.Spl.Syntax;
using Saker.Spl.Text;

namespace Saker.Content.Reading;

internal static class MacroReader
{
    public static Macro Read(MappingReader reader)
    {
        var name = reader.RequiredText("name");
        var definition = reader.RequiredScalar("definition");
        var text = definition is null ? new SourceText(name, "") : ScalarMap.Embed($"macro `{name}`", definition, reader.File);
        var macro = new Macro(name, reader.Texts("arguments"), text, reader.Flag("iseval") ?? false);
        reader.Skip("description", "id", "version", "date", "creation_date", "modification_date", "author", "status");
        return macro;
    }
}
