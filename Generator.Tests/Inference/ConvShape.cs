using CompileTime.Models;
using CompileTime.Shared;

namespace CompileTime.Generator.Tests.Inference;

/// <summary>A network of one convolution, and inputs that its fast kernels may and may not take.</summary>
internal sealed record ConvShape(int Inputs, int Outputs, int Height, int Width, Window Window)
{
    /// <summary>A square kernel with a padding that keeps the size.</summary>
    public ConvShape(int inputs, int outputs, int height, int width, int kernel = 3, int stride = 1, int dilation = 1)
        : this(inputs, outputs, height, width, new Window(kernel, kernel, stride, stride, kernel / 2 * dilation, kernel / 2 * dilation,
            kernel / 2 * dilation, kernel / 2 * dilation, dilation, dilation))
    {
    }

    public int Groups { get; init; } = 1;

    public bool IsDepthwise
    {
        init => Groups = value ? Inputs : 1;
    }

    /// <summary>Fraction of the weights.</summary>
    public double Kept { get; init; } = 1;

    public int WeightZeroPoint { get; init; }

    /// <summary>Whether the generator is told that bytes to 255 are the rule.</summary>
    public bool WholeBytes { get; init; }

    /// <summary>The input's; null for one below 100.</summary>
    public int? ZeroPoint { get; init; }

    /// <summary>Sides of the kernel, strides, dilations and paddings of their own, any groups, any zero point.</summary>
    public static ConvShape Random(int seed)
    {
        var random = new Random(seed);
        var groups = random.Next(3) == 0 ? random.Next(2, 20) : 1;
        var inputs = groups * (groups > 1 && random.Next(2) == 0 ? 1 : random.Next(1, groups > 1 ? 8 : 40));
        var outputs = groups == inputs && random.Next(4) != 0 ? inputs : groups * random.Next(1, groups > 1 ? 8 : 50);
        while (true)
        {
            var (height, width) = (random.Next(1, 10), random.Next(1, 15));
            var window = new Window(random.Next(1, 6), random.Next(1, 6), random.Next(1, 4), random.Next(1, 4), random.Next(4), random.Next(4),
                random.Next(4), random.Next(4), random.Next(1, 3), random.Next(1, 3));
            if (window.OutputHeight(height) < 1 || window.OutputWidth(width) < 1)
                continue;
            return new ConvShape(inputs, outputs, height, width, window)
            {
                Groups = groups, Kept = random.Next(3) switch { 0 => 1, 1 => 0.3, _ => 0.08 },
                WeightZeroPoint = random.Next(10) == 0 ? random.Next(-128, 128) : 0, ZeroPoint = random.Next(256),
            };
        }
    }

    public QuantizedModel Create(int seed)
    {
        var random = new Random(seed);
        int[] dimensions = [Outputs, Inputs / Groups, Window.KernelHeight, Window.KernelWidth];
        var values = new sbyte[dimensions.Aggregate((a, b) => a * b)];
        foreach (ref var value in values.AsSpan())
            value = random.NextDouble() < Kept ? (sbyte)random.Next(-128, 128) : (sbyte)WeightZeroPoint;
        var isPerChannel = WeightZeroPoint == 0;
        float[] scales = [.. Enumerable.Range(0, isPerChannel ? Outputs : 1).Select(_ => (random.NextSingle() + 0.5f) / 1024)];
        float[] bias = [.. Enumerable.Range(0, Outputs).Select(_ => random.NextSingle() - 0.5f)];
        var input = new QuantizedNode
        {
            Name = "input", Op = QuantizedOp.Quantize, Inputs = [], Shape = Shape.Image(Inputs, Height, Width), Scale = 1,
            ZeroPoint = ZeroPoint ?? random.Next(100), Format = MemoryFormat.Contiguous,
        };
        var layer = input with
        {
            Name = "l", Op = QuantizedOp.Conv2d, Inputs = [0],
            Shape = Shape.Image(Outputs, Window.OutputHeight(Height), Window.OutputWidth(Width)), ZeroPoint = random.Next(128),
            Scale = 4, Relu = random.Next(2) == 0, Window = Window, Groups = Groups,
            Weight = new WeightInfo(dimensions, isPerChannel, WeightZeroPoint, true, values.Count(value => value != WeightZeroPoint)),
        };
        return new QuantizedModel(new QuantizedNetwork { Nodes = [input, layer] },
            [null, new LayerWeights(values, scales, bias, WeightZeroPoint)]);
    }

    /// <summary>Inputs whose bytes are below 128, then 128 everywhere, then a few larger ones, in the corners too, and 255 everywhere.</summary>
    public static IEnumerable<float[]> Samples(QuantizedModel model, int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 8; round++)
        {
            var sample = new float[model.InputLength];
            foreach (ref var value in sample.AsSpan())
                value = random.Next(128);
            if (round == 1)
                Array.Fill(sample, 128);
            for (var i = 0; round > 1 && i < round; i++)
                sample[i switch { 0 => 0, 1 => ^1, _ => random.Next(sample.Length) }] = random.Next(128, 256);
            if (round == 7)
                Array.Fill(sample, 255);
            foreach (ref var value in sample.AsSpan())
                value = (value - model.Network.Input.ZeroPoint) * model.Network.Input.Scale;
            yield return sample;
        }
    }
}
