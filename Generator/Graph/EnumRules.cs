using System.Collections.Generic;
using CompileTime.Generator.Declaration;
using CompileTime.Generator.Diagnostics;

namespace CompileTime.Generator.Graph;

/// <summary>C# lets any number be cast to an enum; only the members mean something.</summary>
internal static class EnumRules
{
    public static void Check(ModelDeclaration declaration, List<Problem> problems)
    {
        if (declaration.Quantize is { } quantize)
        {
            Check("Precision", quantize.Precision, quantize.Site, problems);
            Check("Backend", quantize.Backend, quantize.Site, problems);
        }

        if (declaration.Prune is { } whole)
            Check("PruningMethod", whole.Method, whole.Site, problems);
        foreach (var method in declaration.LayerMethods)
        {
            if (method.Prune is { } own)
                Check("PruningMethod", own.Method, own.Site, problems);
        }
    }

    // The reader gives the member's name, or the number where there is none.
    private static void Check(string type, string member, Site site, List<Problem> problems)
    {
        if (!char.IsLetter(member[0]))
            problems.Add(new Problem("CT2003", site, type, member));
    }
}
