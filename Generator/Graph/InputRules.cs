using System.Collections.Generic;
using System.Linq;
using CompileTime.Generator.Declaration;
using CompileTime.Generator.Diagnostics;
using CompileTime.Shared;

namespace CompileTime.Generator.Graph;

/// <summary>What [Model] says of the input.</summary>
internal static class InputRules
{
    public static Shape? Check(ModelDeclaration declaration, List<Problem> problems)
    {
        var sizes = declaration.InputShape;
        var shape = sizes.Count == 1 ? Shape.Flat(sizes[0]) : Shape.Image(sizes[0], sizes[1], sizes[2]);
        if (!shape.IsValid)
            problems.Add(new Problem("CT1006", declaration.ModelSite, string.Join(", ", sizes.Select(Numbers.Text))));
        if (declaration.InputScale is { } scale && !(scale > 0 && scale <= float.MaxValue))
            problems.Add(new Problem("CT1007", declaration.ModelSite, "InputScale", Numbers.Text(scale),
                "give a positive number such as 1 / 255f"));
        if (float.IsNaN(declaration.InputOffset) || float.IsInfinity(declaration.InputOffset))
            problems.Add(new Problem("CT1007", declaration.ModelSite, "InputOffset", Numbers.Text(declaration.InputOffset),
                "give a finite number"));
        return shape.IsValid ? shape : null;
    }
}
