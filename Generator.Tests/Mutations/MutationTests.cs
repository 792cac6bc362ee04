using System.Runtime.CompilerServices;
using CompileTime.Generator.Tests.Declaration;

namespace CompileTime.Generator.Tests.Mutations;

/// <summary>
/// Declarations made wrong, at random: nothing throws, neither the generator nor the analyzer nor a fix of anything that is found, and what
/// does not compile says so in the user's own text.
/// </summary>
public class MutationTests
{
    private const int Rounds = 50;

    private static readonly string[] s_valid =
    [
        DesignExamples.DigitMlp,
        DesignExamples.ResNet8,
        DesignExamples.Mixed,
        OfSample("DigitLeNet"),
        OfSample("DigitResNet8"),
        OfSample("KeywordDsCnn"),
        OfSample("LeNet5Caffe"),
    ];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 10)];

    [Theory, MemberData(nameof(Seeds))]
    public async Task Whatever_is_written(int seed)
    {
        for (var mutant = seed * Rounds; mutant < (seed + 1) * Rounds; mutant++)
        {
            var files = new Mutator(mutant).Mutate(s_valid[mutant % s_valid.Length]);
            try
            {
                await Mutant.Check(files);
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
        foreach (var source in s_valid)
            Assert.Equal(0, await Mutant.Check([source]));
    }

    private static string OfSample(string name) =>
        File.ReadAllText(Path.Combine(ThisFolder(), "..", "..", "Sample", "Networks", name + ".cs"));

    private static string ThisFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
