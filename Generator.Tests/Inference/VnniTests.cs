extern alias generator;

using CompileTime.Generator.Tests.Harness;
using CompileTime.Inference;
using CompileTime.Models;
using CompileTime.Reference;
using generator::CompileTime.Generator.Declaration;

namespace CompileTime.Generator.Tests.Inference;

/// <summary>
/// Kernels that use vpdpbusd, which need not be there: the generated code as it is, compiled with an emulation, against the interpreter.
/// </summary>
public sealed class VnniTests
{
    private const int Networks = 25;
    private const int Convolutions = 15;

    private static readonly Lazy<(EngineBuilder Builder, QuantizedModel[] Models)> Engines = new(() =>
    {
        var builder = new EngineBuilder(EmulatedVnni.Source, hasWideVnni: true);
        QuantizedModel[] models = [.. Enumerable.Range(1000, Networks).Select(RandomNetworks.Create),
            .. Enumerable.Range(1000, Convolutions).Select(seed => ConvShape.Random(seed).Create(seed))];
        for (var i = 0; i < models.Length; i++)
            builder.Add("Net" + i, models[i], backend: i % 2 == 0 ? "Qnnpack" : "Fbgemm", isPlanar: i < Networks ? null : false);
        return (builder, models);
    });

    public static TheoryData<int> Numbers => new(Enumerable.Range(0, Networks + Convolutions));

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Every_instruction_set_gives_the_interpreters_bits(int number)
    {
        var (builder, models) = Engines.Value;
        var model = models[number];
        var engines = EngineBuilder.InstructionSetsHere.Where(set => set > InstructionSet.Portable)
            .Select(set => builder.Create("Net" + number, set)).ToList();
        foreach (var sample in ConvShape.Samples(model, number))
        {
            var (expected, actual) = (new float[model.OutputLength], new float[model.OutputLength]);
            Interpreter.Run(model, sample, expected);
            foreach (var engine in engines)
            {
                engine.Predict(sample, actual);
                Assert.Equal(expected, actual);
            }
        }
    }

    /// <summary>Twelve inputs are three steps, twenty outputs two wide or three narrow vectors.</summary>
    [Fact]
    public void With_vnni_no_other_step_is_taken()
    {
        var builder = new EngineBuilder(EmulatedVnni.Source, hasWideVnni: true);
        var model = new ConvShape(12, 20, 1, 1, kernel: 1).Create(0);
        builder.Add("Net", model);
        foreach (var (set, calls, wideCalls) in new[]
        {
            (InstructionSet.Portable, 0, 0), (InstructionSet.Avx2, 9, 0), (InstructionSet.Avx512, 0, 6), (InstructionSet.Avx512Vbmi, 0, 6),
        })
        {
            if (set > InstructionSets.Best)
                continue;
            var engine = builder.Create("Net", set);
            var (before, wideBefore) = (Calls("AvxVnni"), Calls("AvxVnni+V512"));
            engine.Predict((float[])[255, 0, 255, 1, 255, 2, 255, 3, 255, 4, 255, 5], new float[20]);
            Assert.Equal((calls, wideCalls), (Calls("AvxVnni") - before, Calls("AvxVnni+V512") - wideBefore));
        }

        long Calls(string name) => EmulatedVnni.Calls(builder.Assembly, name);
    }

    [Fact]
    public void The_wide_step_is_emitted_only_where_the_compilation_has_it()
    {
        Assert.False(CompilerFacts.Of(TestProject.Compilation("class C;")).HasWideVnni);
        Assert.True(CompilerFacts.Of(TestProject.Compilation("class C;", EmulatedVnni.Source)).HasWideVnni);
        var builder = new EngineBuilder();
        builder.Add("Net", new ConvShape(12, 20, 1, 1, kernel: 1).Create(0));
        Assert.Contains("if (AvxVnni.IsSupported)", builder.Source("Net"), StringComparison.Ordinal);
        Assert.DoesNotContain("AvxVnni.V512", builder.Source("Net"), StringComparison.Ordinal);
        builder.Create("Net", InstructionSets.Best); // It compiles with the framework's own class.
    }
}
