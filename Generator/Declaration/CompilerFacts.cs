using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace CompileTime.Generator.Declaration;

/// <summary>What generated code must know of the project it is compiled in.</summary>
internal sealed record CompilerFacts(bool AllowsUnsafe)
{
    public static CompilerFacts Of(Compilation compilation) =>
        new(compilation.Options is CSharpCompilationOptions { AllowUnsafe: true });
}
