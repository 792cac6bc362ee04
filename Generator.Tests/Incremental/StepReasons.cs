extern alias generator;

using CompileTime.Generator.Tests.Harness;
using generator::CompileTime.Generator;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using static Microsoft.CodeAnalysis.IncrementalStepRunReason;

namespace CompileTime.Generator.Tests.Incremental;

/// <summary>
/// Why each step ran again after an edit, for two models A and B with an artifact each. Cached: not run. Unchanged: run, and
/// what came out was equal, so that what follows is cached. Modified: what follows runs.
/// </summary>
public class StepReasons
{
    private static readonly string[] s_steps =
    [
        ModelGenerator.Steps.Declaration,
        ModelGenerator.Steps.Manifest,
        ModelGenerator.Steps.Facts,
        ModelGenerator.Steps.Input,
        ModelGenerator.Steps.Files,
    ];

    private readonly CSharpCompilation _before = TestProject.Compilation(
        Artifacts.Source("A"), Artifacts.Source("B"), "public class Other { public int X; }");

    private readonly TextFile _manifestOfA = new("/project/Models/A.ctm", Artifacts.Manifest("A"));
    private readonly TextFile _manifestOfB = new("/project/Models/B.ctm", Artifacts.Manifest("B"));

    [Fact]
    public void Nothing_changes() => Expect(
        After(_before),
        declaration: [Cached, Cached], manifest: [Cached, Cached], facts: [Cached], input: [Cached, Cached], files: [Cached, Cached]);

    [Fact]
    public void Another_file_is_edited() => Expect(
        After(Edit("public class Other { public int X; }", "public class Other { public int Y, Z; }")),
        declaration: [Unchanged, Unchanged], manifest: [Cached, Cached], facts: [Unchanged], input: [Cached, Cached],
        files: [Cached, Cached]);

    [Fact]
    public void Text_moves_in_the_models_own_file() => Expect(
        After(Edit("[Model(4)] [Linear(2)] public partial class A;",
            "// Moved.\n\n[Model(4)]\n[Linear(1 + 1)]\npublic partial class A { }")),
        declaration: [Unchanged, Unchanged], manifest: [Cached, Cached], facts: [Unchanged], input: [Cached, Cached],
        files: [Cached, Cached]);

    [Fact]
    public void A_model_is_edited() => Expect(
        After(Edit("[Linear(2)] public partial class A", "[Linear(3)] public partial class A")),
        declaration: [Modified, Unchanged], manifest: [Cached, Cached], facts: [Unchanged], input: [Modified, Cached],
        files: [Modified, Cached]);

    [Fact]
    public void The_artifact_of_one_model_is_edited() => Expect(
        After(_before, _manifestOfA, new TextFile(_manifestOfB.Path, Artifacts.Manifest("B", scale: 0.25f))),
        declaration: [Cached, Cached], manifest: [Cached, Modified], facts: [Cached], input: [Unchanged, Modified],
        files: [Cached, Modified]);

    [Fact]
    public void An_artifact_is_read_again_and_is_the_same() => Expect(
        After(_before, _manifestOfA, new TextFile(_manifestOfB.Path, Artifacts.Manifest("B"))),
        declaration: [Cached, Cached], manifest: [Cached, Unchanged], facts: [Cached], input: [Cached, Cached], files: [Cached, Cached]);

    [Fact]
    public void The_project_forbids_unsafe_code() => Expect(
        After(_before.WithOptions(_before.Options.WithAllowUnsafe(false))),
        declaration: [Unchanged, Unchanged], manifest: [Cached, Cached], facts: [Modified], input: [Modified, Modified],
        files: [Modified, Modified]);

    [Theory]
    [InlineData("public class Other { public int Y; }", Cached)]
    [InlineData("public partial class Other { [Linear(2)] private static partial Tensor Head(Tensor x); }", Modified)]
    public void Layers_without_Model_are_looked_for_in_the_edited_text(string text, IncrementalStepRunReason reason)
    {
        var result = After(Edit("public class Other { public int X; }", text));
        Assert.Equal(reason, Assert.Single(result.TrackedSteps[ModelGenerator.Steps.Stray].SelectMany(step => step.Outputs)).Reason);
    }

    [Fact]
    public void Every_step_that_is_named_is_looked_at() => Assert.Equal(
        s_steps.Append(ModelGenerator.Steps.Stray),
        typeof(ModelGenerator.Steps).GetFields().Select(step => (string?)step.GetRawConstantValue()));

    [Fact]
    public void Two_runs_write_the_same_bytes() => Assert.Equal(
        TestProject.GeneratedText(_before, _manifestOfA, _manifestOfB),
        TestProject.GeneratedText(TestProject.Compilation(_before.SyntaxTrees.Select(tree => tree.ToString()).Skip(1).ToArray()),
            _manifestOfB, _manifestOfA));

    private CSharpCompilation Edit(string old, string replacement)
    {
        var tree = _before.SyntaxTrees.Single(tree => tree.ToString().Contains(old, StringComparison.Ordinal));
        return _before.ReplaceSyntaxTree(tree, tree.WithChangedText(Microsoft.CodeAnalysis.Text.SourceText.From(
            tree.ToString().Replace(old, replacement, StringComparison.Ordinal), System.Text.Encoding.UTF8)));
    }

    private GeneratorRunResult After(CSharpCompilation compilation, params TextFile[] manifests)
    {
        GeneratorDriver driver = TestProject.Driver(_before, _manifestOfA, _manifestOfB);
        driver = driver.RunGenerators(_before);
        if (manifests.Length > 0)
        {
            if (manifests[0] != _manifestOfA)
                driver = driver.ReplaceAdditionalText(_manifestOfA, manifests[0]);
            driver = driver.ReplaceAdditionalText(_manifestOfB, manifests[1]);
        }

        return driver.RunGenerators(compilation).GetRunResult().Results.Single();
    }

    private static void Expect(
        GeneratorRunResult result,
        IncrementalStepRunReason[] declaration,
        IncrementalStepRunReason[] manifest,
        IncrementalStepRunReason[] facts,
        IncrementalStepRunReason[] input,
        IncrementalStepRunReason[] files)
    {
        Assert.Null(result.Exception);
        IncrementalStepRunReason[][] expected = [declaration, manifest, facts, input, files];
        Assert.Equal(
            s_steps.Select((step, i) => step + ": " + string.Join(", ", expected[i])),
            s_steps.Select(step => step + ": " + string.Join(", ",
                result.TrackedSteps[step].SelectMany(run => run.Outputs).Select(output => output.Reason))));
    }
}
