using CompileTime.Models;
using CompileTime.Reference;
using CompileTime.Shared;

namespace CompileTime.Generator.Tests.Inference;

/// <summary>
/// Convolutions channels last, one layer at a time: widths that vectors divide and that they do not, strides, dilation, borders, few
/// weights, and inputs in which single bytes are too large for the fast kernels. Every instruction set against the interpreter.
/// </summary>
public sealed class ConvKernelTests
{
    private const string Depthwise = "depthwise";
    private const string Sparse = "sparse, gathered";
    private const string Dense = "dense: tiles";

    private static readonly (string Kernel, ConvShape Shape)[] Cases =
    [
        // Chunks: slices that end with the channels, pieces of the row, pieces of every other position, slices that end in the middle.
        (Depthwise, new(64, 64, 5, 7) { IsDepthwise = true }),
        (Depthwise, new(128, 128, 4, 3, Stride: 2) { IsDepthwise = true }),
        (Depthwise, new(8, 8, 6, 9) { IsDepthwise = true }),
        (Depthwise, new(24, 24, 5, 5) { IsDepthwise = true }),
        (Depthwise, new(2, 2, 9, 9, Kernel: 5) { IsDepthwise = true }),
        (Depthwise, new(16, 16, 7, 12, Stride: 2) { IsDepthwise = true }),
        (Depthwise, new(32, 32, 9, 9, Stride: 2) { IsDepthwise = true }),
        (Depthwise, new(4, 4, 8, 40, Stride: 2, Kernel: 5) { IsDepthwise = true }),
        (Depthwise, new(17, 17, 6, 6) { IsDepthwise = true }),
        (Depthwise, new(40, 40, 6, 6, Stride: 3) { IsDepthwise = true }),
        (Depthwise, new(70, 70, 5, 5, Stride: 2) { IsDepthwise = true }),
        (Depthwise, new(12, 12, 11, 11, Dilation: 2) { IsDepthwise = true }),
        (Depthwise, new(20, 20, 6, 5) { IsDepthwise = true, WeightZeroPoint = 3 }),
        (Sparse, new(64, 64, 5, 7, Kernel: 1) { Kept = 0.1 }),
        (Sparse, new(64, 50, 5, 7, Kernel: 1) { Kept = 0.1 }),
        (Sparse, new(100, 100, 3, 3, Kernel: 1) { Kept = 0.1 }),
        (Sparse, new(48, 144, 2, 9, Kernel: 1) { Kept = 0.2 }),
        (Sparse, new(16, 16, 6, 17) { Kept = 0.1 }),
        (Sparse, new(32, 40, 6, 6, Stride: 2) { Kept = 0.1 }),
        (Sparse, new(40, 33, 8, 8, Dilation: 2) { Kept = 0.05 }),
        (Sparse, new(30, 20, 5, 1, Kernel: 1) { Kept = 0.05 }),
        (Dense, new(16, 16, 6, 17)),
        (Dense, new(3, 8, 9, 9, Stride: 2)),
        (Dense, new(20, 40, 5, 5)),
        (Dense, new(70, 70, 3, 4, Kernel: 1)),
        (Dense, new(9, 33, 8, 8, Dilation: 2)),
    ];

    private static readonly Lazy<(EngineBuilder Builder, QuantizedModel[] Models)> Engines = new(() =>
    {
        var builder = new EngineBuilder();
        QuantizedModel[] models = [.. Cases.Select((one, number) => one.Shape.Create(number))];
        for (var i = 0; i < models.Length; i++)
            builder.Add("Conv" + i, models[i], isPlanar: false);
        return (builder, models);
    });

    public static TheoryData<int> Numbers => new(Enumerable.Range(0, Cases.Length));

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Every_instruction_set_gives_the_interpreters_bits(int number)
    {
        var (builder, models) = Engines.Value;
        var model = models[number];
        var random = new Random(number);
        Assert.Contains("// " + Cases[number].Kernel, builder.Source("Conv" + number), StringComparison.Ordinal);
        foreach (var set in EngineBuilder.InstructionSetsHere)
        {
            var engine = builder.Create("Conv" + number, set);
            for (var round = 0; round < 8; round++)
            {
                var sample = new float[model.InputLength];
                foreach (ref var value in sample.AsSpan())
                    value = random.Next(128);
                // At the limit everywhere, then a few bytes above it, in the corners too.
                if (round == 1)
                    Array.Fill(sample, 128);
                for (var i = 0; round > 1 && i < round; i++)
                    sample[i switch { 0 => 0, 1 => ^1, _ => random.Next(sample.Length) }] = random.Next(128, 256);
                if (round == 7)
                    Array.Fill(sample, 255);
                var (expected, actual) = (new float[model.OutputLength], new float[model.OutputLength]);
                Interpreter.Run(model, sample, expected);
                engine.Predict(sample, actual);
                Assert.Equal(expected, actual);
            }
        }
    }

    /// <summary>One convolution with a padding that keeps the size.</summary>
    private sealed record ConvShape(int Inputs, int Outputs, int Height, int Width, int Kernel = 3, int Stride = 1, int Dilation = 1)
    {
        public bool IsDepthwise { get; init; }

        /// <summary>Fraction of the weights.</summary>
        public double Kept { get; init; } = 1;

        public int WeightZeroPoint { get; init; }

        public QuantizedModel Create(int seed)
        {
            var random = new Random(seed);
            int[] dimensions = [Outputs, IsDepthwise ? 1 : Inputs, Kernel, Kernel];
            var values = new sbyte[dimensions.Aggregate((a, b) => a * b)];
            foreach (ref var value in values.AsSpan())
                value = random.NextDouble() < Kept ? (sbyte)random.Next(-128, 128) : (sbyte)WeightZeroPoint;
            var isPerChannel = WeightZeroPoint == 0;
            float[] scales = [.. Enumerable.Range(0, isPerChannel ? Outputs : 1).Select(_ => (random.NextSingle() + 0.5f) / 1024)];
            float[] bias = [.. Enumerable.Range(0, Outputs).Select(_ => random.NextSingle() - 0.5f)];
            var padding = Kernel / 2 * Dilation;
            var window = new Window(Kernel, Kernel)
            {
                StrideHeight = Stride, StrideWidth = Stride, DilationHeight = Dilation, DilationWidth = Dilation,
                Top = padding, Left = padding, Bottom = padding, Right = padding,
            };
            var input = new QuantizedNode
            {
                Name = "input", Op = QuantizedOp.Quantize, Inputs = [], Shape = Shape.Image(Inputs, Height, Width), Scale = 1,
                ZeroPoint = random.Next(100), Format = MemoryFormat.Contiguous,
            };
            var layer = input with
            {
                Name = "l", Op = QuantizedOp.Conv2d, Inputs = [0],
                Shape = Shape.Image(Outputs, ((Height - 1) / Stride) + 1, ((Width - 1) / Stride) + 1), ZeroPoint = random.Next(128),
                Scale = 4, Relu = random.Next(2) == 0, Window = window, Groups = IsDepthwise ? Inputs : 1,
                Weight = new WeightInfo(dimensions, isPerChannel, WeightZeroPoint, true, values.Count(value => value != WeightZeroPoint)),
            };
            return new QuantizedModel(new QuantizedNetwork { Nodes = [input, layer] },
                [null, new LayerWeights(values, scales, bias, WeightZeroPoint)]);
        }
    }
}
