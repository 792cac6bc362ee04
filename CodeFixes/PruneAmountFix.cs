using System.Collections.Generic;
using System.Composition;
using System.Globalization;
using System.Linq;
using CompileTime.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompileTime.CodeFixes;

/// <summary>
/// CT2008 and CT2001: an integer is a number of weights, and a number with a point a fraction, so <c>1</c> may have meant 1 % or
/// <c>1.0</c>, and <c>60</c> or <c>60.0</c> may have meant 60 %.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(PruneAmountFix)), Shared]
public sealed class PruneAmountFix() : FixProvider("CT2001", "CT2008")
{
    private protected override IEnumerable<Fix> Find(Place place)
    {
        if (place.Ancestor<AttributeSyntax>() is not { ArgumentList: { } list } attribute || !HasAmount(place, attribute)
            || Amount(list) is not { } argument)
            yield break;
        switch (place.Model.GetConstantValue(argument.Expression, place.Cancellation).Value)
        {
            case 1:
                // Of fewer it would be none.
                if (int.TryParse(place.Property(FixProperties.Count), NumberStyles.None, CultureInfo.InvariantCulture, out var units)
                    && units >= 100)
                    yield return Percent(argument, 1);
                yield return Write(argument, "1.0", "1.0, which is all, instead of 1, which is one", "All");
                break;
            case int count and > 1 and <= 100:
                yield return Percent(argument, count);
                break;
            case double fraction and > 1 and <= 100:
                yield return Percent(argument, (decimal)fraction);
                if (fraction == (int)fraction)
                    yield return Write(argument, Text((int)fraction), Text((int)fraction) + ", a number instead of a fraction", "Number");
                break;
        }
    }

    // [PruneNofM(2, 4)] has none, nor has [Prune(Ln, Threshold = 0.1)]: an enum's constant is a number, too.
    private static bool HasAmount(Place place, AttributeSyntax attribute) =>
        place.Model.GetSymbolInfo(attribute, place.Cancellation).Symbol is IMethodSymbol { ContainingType.Name: "PruneAttribute" } constructor
        && constructor.Parameters.FirstOrDefault()?.Name is "amount" or "count";

    // The amount comes first; [Prune(Threshold = 1e-3)] and [Prune(L1)] have none.
    private static AttributeArgumentSyntax? Amount(AttributeArgumentListSyntax list) => list.Arguments.FirstOrDefault(argument =>
        argument.NameEquals is null && (argument.NameColon?.Name.Identifier.ValueText ?? "amount") is "amount" or "count");

    private static Fix Percent(AttributeArgumentSyntax argument, decimal percent)
    {
        var fraction = (percent / 100).ToString("0.0##########", CultureInfo.InvariantCulture);
        var meaning = fraction + ", which is " + percent.ToString("0.##########", CultureInfo.InvariantCulture) + " %";
        return Write(argument, fraction, meaning, "Percent");
    }

    private static Fix Write(AttributeArgumentSyntax argument, string number, string meaning, string key)
    {
        // The two constructors call it differently.
        var name = argument.NameColon is null ? "" : key == "Number" ? "count: " : "amount: ";
        return new Fix("Write " + meaning, key, [Edit.Replace(argument, name + number)]);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
