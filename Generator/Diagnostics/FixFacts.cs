using System.Collections.Immutable;

namespace CompileTime.Generator.Diagnostics;

/// <summary>What a problem's arguments say that a code fix needs: it does not read messages.</summary>
internal static class FixFacts
{
    private static readonly ImmutableDictionary<string, string?> s_none = ImmutableDictionary<string, string?>.Empty;

    public static ImmutableDictionary<string, string?> Of(Problem problem) => problem.Id switch
    {
        "CT1001" => Name(problem.Arguments[1]),
        "CT1105" => Name(problem.Arguments[0]),
        "CT1202" => Name(problem.Arguments[1]).Add(FixProperties.Other, problem.Arguments[2]),
        "CT1207" => Name(problem.Arguments[1]).Add(FixProperties.Inferred, problem.Arguments[4]),
        "CT2008" => s_none.Add(FixProperties.Count, problem.Arguments[1]),
        "CT2010" => Name(problem.Arguments[1]).Add(FixProperties.Inferred, problem.Arguments[2]),
        "CT2013" => Name(problem.Arguments[5].Length == 0 ? "Quantize" : ""),
        "CT2014" => Name(problem.Arguments[5]),
        _ => s_none,
    };

    private static ImmutableDictionary<string, string?> Name(string name) => s_none.Add(FixProperties.Name, name);
}
