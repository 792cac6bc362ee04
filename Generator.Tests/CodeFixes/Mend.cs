extern alias fixes;
extern alias generator;

using Basic.Reference.Assemblies;
using CompileTime.Generator.Tests.Harness;
using fixes::CompileTime.CodeFixes;
using generator::CompileTime.Generator;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Testing;

namespace CompileTime.Generator.Tests.CodeFixes;

/// <summary>
/// Mends what the markup marks, with analyzer and generator running as in a build, and expects the other text: once by mending one
/// diagnostic after the other, and once by each of Fix All in document, project and solution.
/// </summary>
internal sealed class Mend<TFix> : CSharpCodeFixTest<ModelAnalyzer, TFix, DefaultVerifier>
    where TFix : FixProvider, new()
{
    private Mend()
    {
        ReferenceAssemblies = new ReferenceAssemblies("in memory");
        TestBehaviors |= TestBehaviors.SkipGeneratedSourcesCheck;
        DisabledDiagnostics.Add("CT3001");
        foreach (var state in new[] { TestState, FixedState, BatchFixedState })
        {
            state.AdditionalReferences.AddRange(Net100.References.All);
            state.AdditionalReferences.Add(TestProject.Runtime);
        }
    }

    /// <param name="source">With markup, as in <see cref="Analyze"/>.</param>
    /// <param name="mended">With markup for what is still wrong.</param>
    /// <param name="title">What the fix of the first diagnostic is called.</param>
    /// <param name="way">Which of several fixes: the end of its key.</param>
    /// <param name="rounds">How often Fix All is to be used, where mending shows what else is wrong.</param>
    public static Task Run(string source, string mended, string title, string? way = null, int rounds = 1) =>
        Run([source], [mended], title, way, rounds);

    public static Task Run(string[] sources, string[] mended, string title, string? way = null, int rounds = 1, int filesToMend = 1)
    {
        var test = new Mend<TFix> { NumberOfFixAllIterations = rounds };
        if (rounds > 1)
            test.NumberOfIncrementalIterations = rounds;
        if (filesToMend > 1)
            test.NumberOfFixAllInDocumentIterations = filesToMend;
        foreach (var (before, after) in sources.Zip(mended).Append((TestProject.Usings, TestProject.Usings)))
        {
            test.TestState.Sources.Add(before);
            test.FixedState.Sources.Add(after);
        }

        if (way is not null)
            test.CodeActionEquivalenceKey = typeof(TFix).Name + "." + way;
        string? first = null;
        test.CodeActionVerifier = (action, verifier) => verifier.Equal(title, first ??= action.Title);
        return test.RunAsync();
    }

    /// <summary>That the diagnostic is there, and this fix does not offer to mend it.</summary>
    public static Task RunWithout(params string[] sources)
    {
        var test = new Mend<TFix>();
        foreach (var source in sources.Append(TestProject.Usings))
        {
            // The fix is asked only where a text is expected of it: the same one, with the diagnostic still in it.
            test.TestState.Sources.Add(source);
            test.FixedState.Sources.Add(source);
        }

        test.FixedState.MarkupHandling = MarkupMode.Allow;
        return test.RunAsync();
    }

    protected override IEnumerable<Type> GetSourceGenerators() => [typeof(ModelGenerator)];

    protected override CompilationOptions CreateCompilationOptions() =>
        ((CSharpCompilationOptions)base.CreateCompilationOptions()).WithAllowUnsafe(true);

    protected override ParseOptions CreateParseOptions() => new CSharpParseOptions(LanguageVersion.Latest, DocumentationMode.Parse);
}
