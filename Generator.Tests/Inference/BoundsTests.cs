using CompileTime.Generator.Tests.Harness;
using CompileTime.Inference;
using CompileTime.Models;
using CompileTime.Reference;

namespace CompileTime.Generator.Tests.Inference;

/// <summary>
/// Kernels touch nothing outside of their memory: input, output, scratch memory and packed weights lie beside pages that nobody may touch.
/// A kernel that does ends the test's process.
/// </summary>
public sealed class BoundsTests
{
    [Fact]
    public void Kernels_stay_within_their_memory()
    {
        if (!OperatingSystem.IsLinux())
            return; // the pages are the system's
        Run(EngineMatrixTests.Engines.Value.Builder, "Random", [.. EngineMatrixTests.Engines.Value.Models.Take(75)], samples: 1);
        Run(PlanarTests.Engines.Value.Builder, "Planar", [.. PlanarTests.Engines.Value.Models.Take(50)], samples: 1);
    }

    [Fact]
    public void Batches_stay_within_their_memory()
    {
        if (OperatingSystem.IsLinux())
            Run(BatchTests.Engines.Value.Builder, "Batch", BatchTests.Engines.Value.Models, samples: 64 + 3);
    }

    private static void Run(EngineBuilder builder, string name, IReadOnlyList<QuantizedModel> models, int samples)
    {
        for (var seed = 0; seed < models.Count; seed++)
        {
            var model = models[seed];
            var random = new Random(seed);
            var (values, expected) = (new float[samples * model.InputLength], new float[samples * model.OutputLength]);

            // The second range makes bytes above 127: the wide kernels.
            foreach (var range in (float[])[1, 8])
            {
                for (var i = 0; i < values.Length; i++)
                    values[i] = (random.NextSingle() - 0.5f) * range;
                for (var i = 0; i < samples; i++)
                    Interpreter.Run(model, values.AsSpan(i * model.InputLength, model.InputLength), expected.AsSpan(i * model.OutputLength, model.OutputLength));
                foreach (var set in EngineBuilder.InstructionSetsHere)
                    Run(builder.Create(name + seed, set), values, expected);
            }
        }
    }

    private static void Run(InferenceEngine engine, float[] values, float[] expected)
    {
        engine.PredictBatch(values, new float[expected.Length]); // makes what runs batches
        var guards = GuardedMemory.Around(engine);
        using var from = new GuardedMemory(sizeof(float) * values.Length);
        using var to = new GuardedMemory(sizeof(float) * expected.Length);
        foreach (var atEnd in (bool[])[true, false])
        {
            var input = from.Span<float>(values.Length, atEnd);
            var output = to.Span<float>(expected.Length, atEnd);
            values.CopyTo(input);
            output.Fill(float.NaN);
            engine.PredictBatch(input, output);
            Assert.Equal(expected, output.ToArray());
            engine.PredictBatch(from.Span<byte>(values.Length, atEnd), output);
        }

        GC.KeepAlive(engine);
        foreach (var guard in guards)
            guard.Dispose();
    }
}
