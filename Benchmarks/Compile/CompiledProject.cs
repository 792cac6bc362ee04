extern alias generator;

using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using CompileTime.Benchmarks.Compiled;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using generator::CompileTime.Generator;
using generator::CompileTime.Generator.Declaration;
using generator::CompileTime.Generator.Graph;

namespace CompileTime.Benchmarks.Compile;

/// <summary>A project of one trained network, built by the SDK's compiler with the generator as its analyzer.</summary>
internal static partial class CompiledProject
{
    public static BuildCost Run(string folder)
    {
        var path = Path.Combine(folder, LargeNetwork.Class);
        var start = Stopwatch.GetTimestamp();
        var peak = Compile(path);
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;

        var type = Assembly.LoadFrom(path + ".dll").GetType(LargeNetwork.Class)!;
        start = Stopwatch.GetTimestamp();
        Activator.CreateInstance(type);
        var first = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var text = Generated(path);
        return new BuildCost(text.Length, VnniKernel().Matches(text).Sum(match => match.Length), seconds, peak, first);
    }

    /// <summary>What a class declares, as text.</summary>
    public static string Definition(string source)
    {
        var compilation = Compilation(source);
        var declaration = DeclarationReader.Read(compilation.GetTypeByMetadataName(LargeNetwork.Class)!, compilation, sites: null, CancellationToken.None)!;
        return generator::CompileTime.Shared.DefinitionText.Write(NetworkBuilder.Build(declaration, [])!);
    }

    // The largest memory of the compiler's process. No server: a build on its own.
    private static long Compile(string path)
    {
        var resource = "CompileTime/" + LargeNetwork.Class + ".ctw";
        File.WriteAllText(path + ".globalconfig",
            $"is_global = true\n\n[{path}.ctm]\nbuild_metadata.AdditionalFiles.CompileTimeBlob = {resource}\n");
        File.WriteAllLines(path + ".rsp",
        [
            "-nologo", "-target:library", "-unsafe", "-optimize", "-nostdlib", $"-out:\"{path}.dll\"",
            $"-analyzer:\"{typeof(ModelGenerator).Assembly.Location}\"", $"-additionalfile:\"{path}.ctm\"",
            $"-analyzerconfig:\"{path}.globalconfig\"", $"-resource:\"{path}.ctw\",{resource}",
            .. NetworkCompiler.References.Select(reference => $"-reference:\"{reference.Display}\""), $"\"{path}.cs\"",
        ]);
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Compiler(), "@" + path + ".rsp"])
        {
            RedirectStandardOutput = true, UseShellExecute = false,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var peak = 0L;
        while (!process.WaitForExit(20))
        {
            process.Refresh();
            if (!process.HasExited)
                peak = Math.Max(peak, process.PeakWorkingSet64);
        }

        return process.ExitCode == 0 ? peak : throw new InvalidOperationException(output.Result);
    }

    // Of the newest SDK beside the runtime that runs.
    private static string Compiler()
    {
        var sdks = Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "sdk");
        return Directory.GetDirectories(sdks).Select(sdk => Path.Combine(sdk, "Roslyn", "bincore", "csc.dll")).Where(File.Exists).Max()
            ?? throw new InvalidOperationException("There is no .NET SDK in " + Path.GetFullPath(sdks) + ".");
    }

    private static string Generated(string path)
    {
        CSharpGeneratorDriver.Create([new ModelGenerator().AsSourceGenerator()], [new ManifestFile(path + ".ctm")],
                optionsProvider: new EmbeddedBlob("CompileTime/" + LargeNetwork.Class + ".ctw"))
            .RunGeneratorsAndUpdateCompilation(Compilation(File.ReadAllText(path + ".cs")), out var completed, out _);
        return string.Concat(completed.SyntaxTrees.Skip(1));
    }

    private static CSharpCompilation Compilation(string source) => CSharpCompilation.Create("Project", [CSharpSyntaxTree.ParseText(source)],
        NetworkCompiler.References,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, optimizationLevel: OptimizationLevel.Release));

    // A method of a class in a class in a namespace, from its attribute to its closing brace.
    [GeneratedRegex(@"^ {12}\[[^\n]*\n {12}private static void \w+Vnni\(.*?^ {12}\}\n", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex VnniKernel();
}
