extern alias generator;

using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;
using CompileTime.Benchmarks.Compiled;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using generator::CompileTime.Generator;
using generator::CompileTime.Generator.Declaration;
using generator::CompileTime.Generator.Graph;

namespace CompileTime.Benchmarks.Compile;

/// <summary>A project of one trained network, built as the compiler does it.</summary>
internal static partial class CompiledProject
{
    public static BuildCost Run(string folder)
    {
        var path = Path.Combine(folder, LargeNetwork.Class);
        using var process = Process.GetCurrentProcess();
        var start = process.TotalProcessorTime;
        var driver = CSharpGeneratorDriver.Create([new ModelGenerator().AsSourceGenerator()], [new ManifestFile(path + ".ctm")],
            optionsProvider: new EmbeddedBlob("CompileTime/" + LargeNetwork.Class + ".ctw"));
        driver.RunGeneratorsAndUpdateCompilation(Compilation(File.ReadAllText(path + ".cs")), out var completed, out _);
        var generator = Since(start);

        start = Now();
        using var image = new MemoryStream();
        var emitted = completed.Emit(image, manifestResources:
            [new ResourceDescription("CompileTime/" + LargeNetwork.Class + ".ctw", () => File.OpenRead(path + ".ctw"), isPublic: true)]);
        if (!emitted.Success)
            throw new InvalidOperationException(string.Join("\n", emitted.Diagnostics.Take(5)));
        var compiler = Since(start);
        var peak = process.PeakWorkingSet64;

        var type = Assembly.Load(image.ToArray()).GetType(LargeNetwork.Class)!;
        start = Now();
        Activator.CreateInstance(type);
        var first = Since(start);
        var text = string.Concat(completed.SyntaxTrees.Skip(1));
        return new BuildCost(text.Length, VnniKernel().Matches(text).Sum(match => match.Length), generator, compiler,
            peak, first);

        TimeSpan Now()
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }

        double Since(TimeSpan then) => (Now() - then).TotalSeconds;
    }

    /// <summary>What a class declares, as text.</summary>
    public static string Definition(string source)
    {
        var compilation = Compilation(source);
        var declaration = DeclarationReader.Read(compilation.GetTypeByMetadataName(LargeNetwork.Class)!, compilation, sites: null, CancellationToken.None)!;
        return generator::CompileTime.Shared.DefinitionText.Write(NetworkBuilder.Build(declaration, [])!);
    }

    private static CSharpCompilation Compilation(string source) => CSharpCompilation.Create("Project", [CSharpSyntaxTree.ParseText(source)],
        NetworkCompiler.References,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, optimizationLevel: OptimizationLevel.Release));

    // A method of a class in a class in a namespace, from its attribute to its closing brace.
    [GeneratedRegex(@"^ {12}\[[^\n]*\n {12}private static void \w+Vnni\(.*?^ {12}\}\n", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex VnniKernel();
}
