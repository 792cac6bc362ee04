using CompileTime.Inference;
using CompileTime.Models;
using CompileTime.Reference;
using CompileTime.Shared;

namespace CompileTime.Generator.Tests.Inference;

/// <summary>Networks of Linear layers on many samples at once: the interpreter's bits for each of them.</summary>
public sealed class BatchTests
{
    private const float InputScale = 1 / 32f;
    private const float InputOffset = -3.5f;

    internal static readonly Lazy<(EngineBuilder Builder, QuantizedModel[] Models)> Engines = new(() =>
    {
        var builder = new EngineBuilder();
        var models = Enumerable.Range(0, 24).Select(Create).ToArray();
        for (var i = 0; i < models.Length; i++)
            builder.Add("Batch" + i, models[i], InputScale, InputOffset);
        return (builder, models);
    });

    public static TheoryData<int> Seeds => new(Enumerable.Range(0, 24));

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Every_sample_has_the_interpreters_bits(int seed)
    {
        const int Samples = 64 + 64 + 3;
        var (builder, models) = Engines.Value;
        var model = models[seed];
        Assert.Contains("class BatchEngine", builder.Source("Batch" + seed));
        var random = new Random(seed);
        var values = new float[Samples * model.InputLength];
        var bytes = new byte[values.Length];
        var (expected, actual) = (new float[Samples * model.OutputLength], new float[Samples * model.OutputLength]);
        foreach (var set in EngineBuilder.InstructionSetsHere)
        {
            var engine = builder.Create("Batch" + seed, set);
            foreach (var range in (float[])[1, 8, 1e30f])
            {
                for (var i = 0; i < values.Length; i++)
                    values[i] = (random.NextSingle() - 0.5f) * range;
                Interpret(model, values, expected);
                Array.Fill(actual, float.NaN);
                engine.PredictBatch(values, actual);
                Assert.Equal(expected, actual);
                foreach (var threads in (int[])[-1, 1, 2, 7])
                {
                    Array.Fill(actual, float.NaN);
                    engine.PredictBatch(values, actual, new ParallelOptions { MaxDegreeOfParallelism = threads });
                    Assert.Equal(expected, actual);
                }
            }

            random.NextBytes(bytes);
            for (var i = 0; i < values.Length; i++)
                values[i] = QuantizedMath.FromByte(bytes[i], InputScale, InputOffset);
            Interpret(model, values, expected);
            engine.PredictBatch(bytes, actual);
            Assert.Equal(expected, actual);
            Array.Fill(actual, float.NaN);
            engine.PredictBatch(bytes, actual, new ParallelOptions { MaxDegreeOfParallelism = 3 });
            Assert.Equal(expected, actual);
        }
    }

    [Theory]
    [InlineData(203, 70)]
    [InlineData(32, 32)]
    [InlineData(35, 48)]
    public void Large_bytes_here_and_there_are_multiplied_exactly(int inputs, int outputs)
    {
        var random = new Random(inputs);
        sbyte[] values = [.. Enumerable.Range(0, inputs * outputs)
            .Select(i => i % 97 == 0 ? (sbyte)-128 : i % 89 < 2 ? (sbyte)127 : (sbyte)random.Next(-60, 61))];
        var input = new QuantizedNode
        {
            Name = "input", Op = QuantizedOp.Quantize, Inputs = [], Shape = Shape.Flat(inputs), Scale = 1, ZeroPoint = 0,
            Format = MemoryFormat.Contiguous,
        };
        var layer = input with
        {
            Name = "l", Op = QuantizedOp.Linear, Inputs = [0], Shape = Shape.Flat(outputs), ZeroPoint = 128,
            Weight = new WeightInfo([outputs, inputs], true, 0, HasBias: false, QuantizedModel.CountNonzeros(values, 0)),
        };
        var model = new QuantizedModel(new QuantizedNetwork { Nodes = [input, layer] },
            [null, new LayerWeights(values, [.. Enumerable.Repeat(1 / 1024f, outputs)], [], 0)]);
        var builder = new EngineBuilder();
        builder.Add("Large", model);
        // Four steps at a time, and steps that are told apart: what this is about.
        Assert.Contains("place += 4", builder.Source("Large"), StringComparison.Ordinal);
        Assert.Contains("LargeSteps.Find", builder.Source("Large"), StringComparison.Ordinal);
        var samples = new float[64 * inputs];
        var (expected, actual) = (new float[64 * outputs], new float[64 * outputs]);
        // In no sample, in one of every row of eight, in those of one row, and everywhere.
        foreach (var (every, first, end) in ((int, int, int)[])[(1, 64, 64), (9, 0, 64), (1, 17, 22), (1, 0, 64)])
        {
            for (var i = 0; i < samples.Length; i++)
                samples[i] = random.Next(129);
            for (var sample = first; sample < end; sample += every)
            {
                samples[(sample * inputs) + (sample % inputs)] = 129;
                samples[(sample * inputs) + inputs - 1] = 255;
            }

            Interpret(model, samples, expected);
            foreach (var set in EngineBuilder.InstructionSetsHere)
            {
                Array.Fill(actual, float.NaN);
                builder.Create("Large", set).PredictBatch(samples, actual);
                Assert.Equal(expected, actual);
            }
        }
    }

    [Fact]
    public void A_value_that_is_not_finite_is_found_in_a_batch()
    {
        var (builder, models) = Engines.Value;
        var engine = builder.Create("Batch0", InstructionSets.Best);
        var length = models[0].InputLength;
        var values = new float[130 * length];
        values[(70 * length) + 1] = float.NaN;
        var error = Assert.Throws<ArgumentException>(() => engine.PredictBatch(values, new float[130 * models[0].OutputLength]));
        Assert.StartsWith("Value 1 of sample 70 is NaN", error.Message);

        // The first of them, whichever thread is faster.
        values[129 * length] = float.PositiveInfinity;
        for (var time = 0; time < 20; time++)
        {
            error = Assert.Throws<ArgumentException>(() => engine.PredictBatch(values, new float[130 * models[0].OutputLength], new ParallelOptions()));
            Assert.StartsWith("Value 1 of sample 70 is NaN", error.Message);
        }
    }

    [Fact]
    public void The_sample_and_the_value_that_is_not_finite_are_named()
    {
        const int Samples = 64 + 64 + 3;
        var (builder, models) = Engines.Value;
        // One that has a kernel of its own for inputs of batches, whose last block overlaps the one before.
        var of = Enumerable.Range(0, models.Length).First(i =>
            builder.Source("Batch" + i).Contains("BatchKernels.Quantize(", StringComparison.Ordinal)
            && models[i].InputLength > 16 && models[i].InputLength % 16 != 0);
        var engine = builder.Create("Batch" + of, InstructionSets.Best);
        var length = models[of].InputLength;
        var (values, results) = (new float[Samples * length], new float[Samples * models[of].OutputLength]);
        for (var sample = 0; sample < Samples; sample++)
        {
            foreach (var at in (int[])[0, sample % length, length - 17, length - 1])
            {
                values[(sample * length) + at] = float.NegativeInfinity;
                var error = Assert.Throws<ArgumentException>(() => engine.PredictBatch(values, results));
                Assert.StartsWith($"Value {at} of sample {sample} is -Infinity", error.Message);
                values[(sample * length) + at] = 0;
            }
        }
    }

    [Fact]
    public void Nothing_is_allocated_once_there_is_memory()
    {
        var (builder, models) = Engines.Value;
        var engine = builder.Create("Batch0", InstructionSets.Best);
        var (values, results) = (new float[131 * models[0].InputLength], new float[131 * models[0].OutputLength]);
        engine.PredictBatch(values, results);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var time = 0; time < 10; time++)
            engine.PredictBatch(values, results);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Theory]
    [InlineData(1 << 29)]
    [InlineData(int.MaxValue)]
    public void More_threads_than_there_can_be_are_as_many_as_there_are(int threads)
    {
        var (builder, models) = Engines.Value;
        var engine = builder.Create("Batch0", InstructionSets.Best);
        var random = new Random(2);
        float[] values = [.. Enumerable.Range(0, 131 * models[0].InputLength).Select(_ => random.NextSingle())];
        var (expected, actual) = (new float[131 * models[0].OutputLength], new float[131 * models[0].OutputLength]);
        engine.PredictBatch(values, expected);
        engine.PredictBatch(values, actual, new ParallelOptions { MaxDegreeOfParallelism = threads });
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void A_batch_by_several_threads_can_be_cancelled()
    {
        var (builder, models) = Engines.Value;
        var engine = builder.Create("Batch0", InstructionSets.Best);
        var results = new float[130 * models[0].OutputLength];
        Array.Fill(results, float.NaN);
        var options = new ParallelOptions { CancellationToken = new CancellationToken(canceled: true) };
        Assert.Throws<OperationCanceledException>(() => engine.PredictBatch(new float[130 * models[0].InputLength], results, options));
        Assert.All(results, value => Assert.True(float.IsNaN(value)));
    }

    [Fact]
    public void A_batch_can_be_cancelled_while_it_runs()
    {
        const int Samples = 300_000;
        var (builder, models) = Engines.Value;
        var engine = builder.Create("Batch0", InstructionSets.Best);
        var (length, outputs) = (models[0].InputLength, models[0].OutputLength);
        var (values, results) = (new float[Samples * length], new float[Samples * outputs]);

        // Whether a thread that waits for the first result is faster than all the others are with the rest, nobody can promise for one time.
        for (var attempt = 0; ; attempt++)
        {
            Assert.True(attempt < 50, "It is never cancelled, but runs to its end.");
            Array.Fill(results, float.NaN);
            using var source = new CancellationTokenSource();
            var canceller = new Thread(() =>
            {
                while (float.IsNaN(Volatile.Read(ref results[0])))
                    Thread.SpinWait(20);
                source.Cancel();
            });
            canceller.Start();
            var error = Record.Exception(() => engine.PredictBatch(values, results, new ParallelOptions { CancellationToken = source.Token }));
            canceller.Join();
            if (error is null)
                continue;
            Assert.Equal(source.Token, Assert.IsType<OperationCanceledException>(error).CancellationToken);
            var missing = 0;
            for (var i = 0; i < Samples; i++)
                missing += float.IsNaN(results[i * outputs]) ? 1 : 0;
            Assert.InRange(missing, 1, Samples - 1);
            break;
        }

        // What was lent was given back: it goes on as before.
        var expected = new float[131 * outputs];
        engine.PredictBatch(values.AsSpan(0, 131 * length), expected);
        engine.PredictBatch(values.AsSpan(0, 131 * length), results.AsSpan(0, expected.Length), new ParallelOptions());
        Assert.Equal(expected, results.AsSpan(0, expected.Length).ToArray());
    }

    [Fact]
    public void Batches_run_beside_each_other()
    {
        var (builder, models) = Engines.Value;
        var engine = builder.Create("Batch1", InstructionSets.Best);
        var random = new Random(1);
        var values = Enumerable.Range(0, 64 * models[1].InputLength).Select(_ => random.NextSingle()).ToArray();
        var expected = new float[64 * models[1].OutputLength];
        Interpret(models[1], values, expected);
        Parallel.For(0, 16, _ =>
        {
            var actual = new float[expected.Length];
            engine.PredictBatch(values, actual);
            Assert.Equal(expected, actual);
        });
    }

    private static void Interpret(QuantizedModel model, float[] values, float[] results)
    {
        for (var i = 0; i < values.Length / model.InputLength; i++)
            Interpreter.Run(model, values.AsSpan(i * model.InputLength, model.InputLength),
                results.AsSpan(i * model.OutputLength, model.OutputLength));
    }

    private static QuantizedModel Create(int seed)
    {
        var random = new Random(seed);
        var isImage = seed % 4 == 3;
        var shape = isImage ? Shape.Image(2, 5, 7) : Shape.Flat(random.Next(2, 90));
        var nodes = new List<QuantizedNode>
        {
            new()
            {
                Name = "input", Op = QuantizedOp.Quantize, Inputs = [], Shape = shape, Scale = 1f / 64, ZeroPoint = random.Next(256),
                Format = MemoryFormat.Contiguous,
            },
        };
        var weights = new List<LayerWeights?> { null };
        if (isImage)
            Add(nodes[0] with { Name = "flat", Op = QuantizedOp.Flatten, Inputs = [0], Shape = Shape.Flat(70) }, null);
        var density = seed % 3 == 0 ? 1 : 0.1;
        for (var layer = 0; layer < 3; layer++)
        {
            var (inputs, outputs) = (nodes[^1].Shape.Channels, random.Next(1, 80));
            var isAffine = seed % 8 == 5 && layer == 1;
            var zeroPoint = isAffine ? -7 : 0;
            sbyte[] values = [.. Enumerable.Range(0, inputs * outputs)
                .Select(_ => random.NextDouble() < density ? (sbyte)random.Next(-128, 128) : (sbyte)zeroPoint)];
            var isPerChannel = !isAffine && random.Next(3) > 0;
            Add(nodes[0] with
            {
                Name = "l" + layer, Op = QuantizedOp.Linear, Inputs = [nodes.Count - 1], Shape = Shape.Flat(outputs), Scale = 0.05f,
                ZeroPoint = random.Next(256), Relu = layer == 0,
                Weight = new WeightInfo([outputs, inputs], isPerChannel, zeroPoint, HasBias: true,
                    QuantizedModel.CountNonzeros(values, zeroPoint)),
            }, new LayerWeights(values, [.. Enumerable.Range(0, isPerChannel ? outputs : 1)
                .Select(_ => 0.002f + (random.NextSingle() * 0.01f))],
                [.. Enumerable.Range(0, outputs).Select(_ => random.NextSingle() - 0.5f)], zeroPoint));
            if (layer == 1 && seed % 2 == 0)
                Add(nodes[^1] with { Name = "six", Op = QuantizedOp.ReLU6, Inputs = [nodes.Count - 1], Weight = null, Relu = false }, null);
        }

        return new QuantizedModel(new QuantizedNetwork { Nodes = nodes, Softmax = seed % 5 == 0 }, weights);

        void Add(QuantizedNode node, LayerWeights? weight)
        {
            nodes.Add(node);
            weights.Add(weight);
        }
    }
}
