using System;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CompileTime.Generator.Declaration;

/// <summary>What generated code must know of the project it is compiled in.</summary>
/// <param name="AllowsUnsafe">Whether pointers may be used.</param>
/// <param name="OldLanguage">The project's version of C# if it is older than generated code needs; else null.</param>
/// <param name="HasWideVnni">Whether there is AvxVnni.V512, which came with .NET 11.</param>
/// <param name="PortableOnly">
/// The instruction set of a native publish if no vector code would be left with it; else null. Only the analyzer asks.
/// </param>
internal sealed record CompilerFacts(bool AllowsUnsafe, string? OldLanguage = null, bool HasWideVnni = false, string? PortableOnly = null)
{
    // What x64 processors had before AVX2, as ILC calls it. Whatever is not among them may be more.
    private static readonly string[] s_lesser =
    [
        "x86-64", "x86-64-v1", "x86-64-v2", "base", "nehalem", "sandybridge", "ivybridge", "sse", "sse2", "sse3", "ssse3", "sse4.1",
        "sse4.2", "avx", "aes", "pclmul", "popcnt", "lzcnt", "bmi", "bmi2", "movbe",
    ];

    public static CompilerFacts Of(Compilation compilation, AnalyzerConfigOptions? options = null) => new(
        compilation.Options is CSharpCompilationOptions { AllowUnsafe: true },
        compilation is CSharpCompilation { LanguageVersion: < LanguageVersion.CSharp9 and var version } ? version.ToDisplayString() : null,
        compilation.GetTypeByMetadataName("System.Runtime.Intrinsics.X86.AvxVnni+V512") is { DeclaredAccessibility: Accessibility.Public },
        options is null ? null : NativeWithoutVectors(options));

    private static string? NativeWithoutVectors(AnalyzerConfigOptions options)
    {
        if (!options.TryGetValue("build_property.PublishAot", out var isNative)
            || !isNative.Equals("true", StringComparison.OrdinalIgnoreCase)
            || !options.TryGetValue("build_property.IlcInstructionSet", out var set)
            || (options.TryGetValue("build_property.CompileTimeIsX64", out var isX64)
                && isX64.Equals("false", StringComparison.OrdinalIgnoreCase)))
            return null; // on other processors the portable code is all that there is
        var names = set.Split([',', ';'], StringSplitOptions.RemoveEmptyEntries).Select(name => name.Trim().ToLowerInvariant()).ToList();
        return names.Count > 0 && (names.Contains("-avx2") || names.All(name => name[0] == '-' || s_lesser.Contains(name))) ? set : null;
    }
}
