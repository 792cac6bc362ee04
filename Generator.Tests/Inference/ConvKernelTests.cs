using System.Reflection;
using CompileTime.Models;
using CompileTime.Reference;
using CompileTime.Shared;

namespace CompileTime.Generator.Tests.Inference;

/// <summary>
/// Convolutions channels last, one layer at a time: widths that vectors divide and that they do not, strides, dilation, borders, few
/// weights, and inputs in which single bytes are too large for the fast kernels; then random shapes. Every instruction set against the
/// interpreter.
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
        (Depthwise, new(128, 128, 4, 3, stride: 2) { IsDepthwise = true }),
        (Depthwise, new(8, 8, 6, 9) { IsDepthwise = true }),
        (Depthwise, new(24, 24, 5, 5) { IsDepthwise = true }),
        (Depthwise, new(2, 2, 9, 9, kernel: 5) { IsDepthwise = true }),
        (Depthwise, new(16, 16, 7, 12, stride: 2) { IsDepthwise = true }),
        (Depthwise, new(32, 32, 9, 9, stride: 2) { IsDepthwise = true }),
        (Depthwise, new(4, 4, 8, 40, stride: 2, kernel: 5) { IsDepthwise = true }),
        (Depthwise, new(17, 17, 6, 6) { IsDepthwise = true }),
        (Depthwise, new(40, 40, 6, 6, stride: 3) { IsDepthwise = true }),
        (Depthwise, new(70, 70, 5, 5, stride: 2) { IsDepthwise = true }),
        (Depthwise, new(12, 12, 11, 11, dilation: 2) { IsDepthwise = true }),
        (Depthwise, new(20, 20, 6, 5) { IsDepthwise = true, WeightZeroPoint = 3 }),
        // Too large to be unrolled.
        (Depthwise, new(8, 8, 40, 33, kernel: 31) { IsDepthwise = true }),
        (Depthwise, new(70, 70, 9, 9, kernel: 11, dilation: 2) { IsDepthwise = true }),
        (Depthwise, new(16, 16, 20, 24, kernel: 17, stride: 2) { IsDepthwise = true }),
        (Depthwise, new(4, 4, 2, 70, new Window(1, 64, 1, 1, 0, 32, 0, 31)) { IsDepthwise = true }),
        (Depthwise, new(3, 3, 130, 2, new Window(127, 1, 1, 1, 63, 0, 63, 0)) { IsDepthwise = true, WeightZeroPoint = -5 }),
        (Sparse, new(64, 64, 5, 7, kernel: 1) { Kept = 0.1 }),
        (Sparse, new(64, 50, 5, 7, kernel: 1) { Kept = 0.1 }),
        (Sparse, new(100, 100, 3, 3, kernel: 1) { Kept = 0.1 }),
        (Sparse, new(48, 144, 2, 9, kernel: 1) { Kept = 0.2 }),
        (Sparse, new(16, 16, 6, 17) { Kept = 0.1 }),
        (Sparse, new(32, 40, 6, 6, stride: 2) { Kept = 0.1 }),
        (Sparse, new(40, 33, 8, 8, dilation: 2) { Kept = 0.05 }),
        (Sparse, new(30, 20, 5, 1, kernel: 1) { Kept = 0.05 }),
        // Four positions at once and what is left of a tile; whole vectors of 16 and 32 outputs; rows of the kernel within one reach.
        (Sparse, new(8, 16, 3, 16, kernel: 1) { Kept = 0.2 }),
        (Sparse, new(24, 32, 4, 6, kernel: 1) { Kept = 0.1 }),
        (Sparse, new(16, 32, 3, 8, kernel: 1) { Kept = 0.1, WholeBytes = true }),
        (Sparse, new(200, 130, 2, 4, kernel: 1) { Kept = 0.1, WholeBytes = true }),
        (Sparse, new(1, 64, 24, 5, new Window(10, 4, 2, 2, 4, 1, 5, 1)) { Kept = 0.1 }),
        (Sparse, new(1, 64, 24, 5, new Window(10, 4, 2, 2, 4, 1, 5, 1)) { Kept = 0.1, WholeBytes = true }),
        (Dense, new(16, 16, 6, 17)),
        (Dense, new(3, 8, 9, 9, stride: 2)),
        (Dense, new(20, 40, 5, 5)),
        (Dense, new(70, 70, 3, 4, kernel: 1)),
        (Dense, new(9, 33, 8, 8, dilation: 2)),
    ];

    // Shapes of no kind in particular.
    private const int Randoms = 40;

    private static readonly Lazy<(EngineBuilder Builder, QuantizedModel[] Models)> Engines = new(() =>
    {
        var builder = new EngineBuilder();
        QuantizedModel[] models = [.. Cases.Select((one, number) => one.Shape.Create(number)),
            .. Enumerable.Range(0, Randoms).Select(seed => ConvShape.Random(seed).Create(seed))];
        for (var i = 0; i < models.Length; i++)
        {
            var wholeBytes = i < Cases.Length && Cases[i].Shape.WholeBytes;
            builder.Add("Conv" + i, models[i], backend: wholeBytes ? "OneDnn" : null, isPlanar: false);
        }

        return (builder, models);
    });

    public static TheoryData<int> Numbers => new(Enumerable.Range(0, Cases.Length + Randoms));

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Every_instruction_set_gives_the_interpreters_bits(int number)
    {
        var (builder, models) = Engines.Value;
        var model = models[number];
        if (number < Cases.Length)
            Assert.Contains("// " + Cases[number].Kernel, builder.Source("Conv" + number), StringComparison.Ordinal);
        var engines = EngineBuilder.InstructionSetsHere.Select(set => builder.Create("Conv" + number, set)).ToList();
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

    /// <summary>Longer methods are not optimized: the just-in-time compiler gives up at 60,000 bytes.</summary>
    [Fact]
    public void No_method_is_too_long_to_be_optimized()
    {
        const BindingFlags All = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        var methods = Engines.Value.Builder.Assembly.GetTypes().SelectMany(type => type.GetMethods(All)).ToList();
        Assert.True(methods.Count > Cases.Length);
        Assert.All(methods, method => Assert.InRange(method.GetMethodBody()?.GetILAsByteArray()?.Length ?? 0, 0, 40_000));
    }

    [Fact]
    public void Random_shapes_are_of_every_kind()
    {
        ConvShape[] shapes = [.. Enumerable.Range(0, Randoms).Select(ConvShape.Random)];
        Assert.Contains(shapes, shape => shape.Window.KernelHeight != shape.Window.KernelWidth);
        Assert.Contains(shapes, shape => shape.Window.StrideHeight != shape.Window.StrideWidth);
        Assert.Contains(shapes, shape => shape.Window.DilationHeight != shape.Window.DilationWidth);
        Assert.Contains(shapes, shape => shape.Window.Top != shape.Window.Bottom && shape.Window.Left != shape.Window.Right);
        Assert.Contains(shapes, shape => shape.Groups > 1 && shape.Groups < shape.Inputs);
        Assert.Contains(shapes, shape => shape.Groups > 1 && shape.Groups == shape.Inputs && shape.Outputs == shape.Inputs);
        Assert.Contains(shapes, shape => shape.ZeroPoint > 128 && shape.Window.HasPadding && shape.WeightZeroPoint == 0);
    }
}
