using System.Runtime.CompilerServices;
using CompileTime.Generator.Tests.Declaration;

namespace CompileTime.Generator.Tests.Mutations;

/// <summary>
/// Declarations made wrong, at random, beside artifacts that fit, are stale, damaged or too many: nothing throws, neither the generator nor
/// the analyzer nor a fix of anything that is found; what does not compile says so in the user's own text; and a fix mends what it is for.
/// </summary>
public class MutationTests
{
    private const int Rounds = 50;

    private static readonly (string Name, string Source)[] s_valid =
    [
        ("Demo.DigitMlp", DesignExamples.DigitMlp),
        ("Demo.ResNet8", DesignExamples.ResNet8),
        ("Demo.Mixed", DesignExamples.Mixed),
        OfSample("DigitLeNet"),
        OfSample("DigitResNet8"),
        OfSample("KeywordDsCnn"),
        OfSample("LeNet5Caffe"),
    ];

    private static readonly Lazy<MutantArtifacts> s_artifacts = new(() => new MutantArtifacts(s_valid));

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 10)];

    [Theory, MemberData(nameof(Seeds))]
    public async Task Whatever_is_written(int seed)
    {
        for (var mutant = seed * Rounds; mutant < (seed + 1) * Rounds; mutant++)
        {
            var model = mutant % s_valid.Length;
            var files = new Mutator(mutant).Mutate(s_valid[model].Source);
            try
            {
                await Mutant.Check(files, s_artifacts.Value.Of(model, mutant));
            }
            catch (Exception exception)
            {
                Assert.Fail($"Mutant {mutant}: {exception.Message}\n{string.Join("\n// second file:\n", files)}\n{exception}");
            }
        }
    }

    [Fact]
    public async Task What_is_mutated_is_right()
    {
        for (var i = 0; i < s_valid.Length; i++)
        {
            Assert.Empty(await Mutant.Check([s_valid[i].Source]));
            Assert.Empty(await Mutant.Check([s_valid[i].Source], s_artifacts.Value.Good(i)));
        }
    }

    private static (string Name, string Source) OfSample(string name) => ("Sample.Networks." + name,
        File.ReadAllText(Path.Combine(ThisFolder(), "..", "..", "Sample", "Networks", name + ".cs")));

    private static string ThisFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
