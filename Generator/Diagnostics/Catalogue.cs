using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace CompileTime.Generator.Diagnostics;

/// <summary>All diagnostics, by stage: declaration CT1xxx, compression CT2xxx, artifact CT3xxx, plan CT4xxx.</summary>
internal static class Catalogue
{
    public static readonly ImmutableArray<DiagnosticDescriptor> All =
    [
        .. DeclarationDiagnostics.All,
        .. CompressionDiagnostics.All,
        .. ArtifactDiagnostics.All,
        .. PlanDiagnostics.All,
    ];

    private static readonly Dictionary<string, DiagnosticDescriptor> s_byId = All.ToDictionary(descriptor => descriptor.Id);

    public static DiagnosticDescriptor Find(string id) => s_byId[id];

    /// <summary>The problem as a sentence, for a member that throws it.</summary>
    public static string Message(Problem problem) => string.Format(
        CultureInfo.InvariantCulture,
        Find(problem.Id).MessageFormat.ToString(CultureInfo.InvariantCulture),
        problem.Arguments.ToArray<object>());
}
