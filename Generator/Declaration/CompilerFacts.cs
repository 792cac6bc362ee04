using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace CompileTime.Generator.Declaration;

/// <summary>What generated code must know of the project it is compiled in.</summary>
/// <param name="AllowsUnsafe">Whether pointers may be used.</param>
/// <param name="OldLanguage">The project's version of C# if it is older than generated code needs; else null.</param>
internal sealed record CompilerFacts(bool AllowsUnsafe, string? OldLanguage = null)
{
    public static CompilerFacts Of(Compilation compilation) => new(
        compilation.Options is CSharpCompilationOptions { AllowUnsafe: true },
        compilation is CSharpCompilation { LanguageVersion: < LanguageVersion.CSharp9 and var version } ? version.ToDisplayString() : null);
}
