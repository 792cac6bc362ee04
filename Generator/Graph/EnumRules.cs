using System.Collections.Generic;
using CompileTime.Generator.Declaration;
using CompileTime.Generator.Diagnostics;

namespace CompileTime.Generator.Graph;

/// <summary>C# lets any number be cast to an enum; only the members mean something.</summary>
internal static class EnumRules
{
    public static void Check(ModelDeclaration declaration, List<Problem> problems)
    {
        if (declaration.Quantize is { } network)
            Check(network, problems);
        if (declaration.Prune is { } whole)
            Check(whole, problems);
        foreach (var method in declaration.LayerMethods)
        {
            if (method.Prune is { } own)
                Check(own, problems);
            if (method.Quantize is { } quantize)
                Check(quantize, problems);
        }
    }

    private static void Check(QuantizeCall quantize, List<Problem> problems)
    {
        Check("Precision", quantize.Precision, quantize.Site, problems);
        Check("Backend", quantize.Backend, quantize.Site, problems);
        Check("QuantizationMode", quantize.Mode, quantize.Site, problems);
        Check("Observer", quantize.Activation, quantize.Site, problems);
        Check("Observer", quantize.Weight, quantize.Site, problems);
    }

    private static void Check(PruneCall prune, List<Problem> problems)
    {
        Check("PruningMethod", prune.Method, prune.Site, problems);
        Check("Structure", prune.Structure, prune.Site, problems);
        Check("Scope", prune.Scope, prune.Site, problems);
    }

    // The reader gives the member's name, or the number where there is none.
    private static void Check(string type, string member, Site site, List<Problem> problems)
    {
        if (!char.IsLetter(member[0]))
            problems.Add(new Problem("CT2003", site, type, member));
    }
}
