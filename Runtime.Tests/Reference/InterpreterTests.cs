using CompileTime.Inference;
using CompileTime.Models;
using CompileTime.Reference;
using CompileTime.Shared;

namespace CompileTime.Tests.Reference;

/// <summary>What the golden vectors do not reach: memory formats of additions, windows at the edges, asymmetric padding.</summary>
public sealed class InterpreterTests
{
    // Chosen so that the fused and the plain form of dequantization differ for many pairs of bytes.
    private static readonly QParamsPair Hard = FindHard();

    [Theory]
    [InlineData(MemoryFormat.Contiguous)]
    [InlineData(MemoryFormat.ChannelsLast)]
    public void The_tail_of_an_addition_is_counted_in_memory_order(object format)
    {
        // 5 channels of 14 positions: 70 elements, of which 64 are vectorized and 6 are not.
        var trace = RunAdd(Shape.Image(5, 2, 7), (MemoryFormat)format, (MemoryFormat)format);
        for (var c = 0; c < 5; c++)
        {
            for (var p = 0; p < 14; p++)
            {
                var memory = (MemoryFormat)format == MemoryFormat.Contiguous ? (c * 14) + p : (p * 5) + c;
                Assert.Equal(memory < 64 ? Hard.Fused : Hard.Plain, trace[(c * 14) + p]);
            }
        }
    }

    [Fact]
    public void Inputs_in_different_orders_are_added_without_the_vectorized_kernel()
    {
        Assert.All(RunAdd(Shape.Image(5, 2, 7), MemoryFormat.Contiguous, MemoryFormat.ChannelsLast), value =>
            Assert.Equal(Hard.Plain, value));

        // One position or one channel: there is only one order.
        Assert.Equal(Hard.Fused, RunAdd(Shape.Image(64, 1, 1), MemoryFormat.Contiguous, MemoryFormat.ChannelsLast)[0]);
        Assert.Equal(Hard.Fused, RunAdd(Shape.Image(1, 8, 8), MemoryFormat.Contiguous, MemoryFormat.ChannelsLast)[0]);
        Assert.Equal(Hard.Fused, RunAdd(Shape.Flat(64), MemoryFormat.Contiguous, MemoryFormat.Contiguous)[0]);
    }

    [Theory]
    [InlineData(3, 2, 1, 0, 1, 1, 7, false)]
    [InlineData(2, 3, 0, 1, 1, 1, 8, true)]
    [InlineData(3, 2, 1, 1, 1, 2, 9, true)]
    [InlineData(4, 1, 2, 1, 1, 1, 5, false)]
    public void Pools_see_what_a_padded_image_shows(int kernel, int stride, int before, int after, int step, int dilation, int size,
        bool ceil)
    {
        var window = new Window(kernel, 1, stride, step, before, 0, after, 0, dilation, 1);
        var output = window.OutputHeight(size, ceil);
        var image = Enumerable.Range(0, size).Select(i => (byte)((i * 37) % 101)).ToArray();
        var max = Run(QuantizedOp.MaxPool2d, window, Shape.Image(1, size, 1), Shape.Image(1, output, 1), image, ceil);
        for (var i = 0; i < output; i++)
        {
            var seen = Enumerable.Range(0, kernel).Select(k => (i * stride) - before + (k * dilation)).Where(at => at >= 0 && at < size);
            Assert.Equal(seen.Max(at => image[at]), max[i]);
        }

        if (dilation > 1)
            return;
        var mean = Run(QuantizedOp.AvgPool2d, window, Shape.Image(1, size, 1), Shape.Image(1, output, 1), image, ceil);
        for (var i = 0; i < output; i++)
        {
            // In ceil mode the last window may reach beyond the padding; what lies there does not count.
            var places = Enumerable.Range(0, kernel).Select(k => (i * stride) - before + k).Where(at => at < size + after).ToList();
            var expected = places.Where(at => at >= 0 && at < size).Sum(at => (image[at] - 10) / (double)places.Count) + 10;

            // The nearest byte, at a tie either: the mean is a float32.
            Assert.InRange(mean[i], expected - 0.50001, expected + 0.50001);
        }
    }

    [Fact]
    public void Padding_of_a_convolution_is_zero_on_the_side_it_is_on()
    {
        // A kernel of ones over a row of ones, with two columns of padding to the right only.
        var input = Input(Shape.Image(1, 1, 4), 9);
        var node = new QuantizedNode
        {
            Name = "c", Op = QuantizedOp.Conv2d, Inputs = [0], Shape = Shape.Image(1, 1, 4), Scale = 1, ZeroPoint = 100,
                Format = MemoryFormat.ChannelsLast,
            Window = new Window(1, 3, Right: 2), Weight = new WeightInfo([1, 1, 1, 3], true, 0, false, 3),
        };
        var model = new QuantizedModel(new QuantizedNetwork { Nodes = [input, node] }, [null, new LayerWeights([1, 1, 1], [1f], [], 0)]);
        Assert.Equal([103, 103, 102, 101], Interpreter.Trace(model, [10, 10, 10, 10])[1]);
    }

    [Fact]
    public void Relu_keeps_what_is_above_zero_and_relu6_what_is_below_six()
    {
        byte[] bytes = [0, 9, 10, 11, 15, 16, 17, 255];
        Assert.Equal([10, 10, 10, 11, 15, 16, 17, 255], Run(QuantizedOp.ReLU, null, Shape.Flat(8), Shape.Flat(8), bytes));
        Assert.Equal([10, 10, 10, 11, 15, 16, 16, 16], Run(QuantizedOp.ReLU6, null, Shape.Flat(8), Shape.Flat(8), bytes));
    }

    [Theory]
    [InlineData("Sigmoid", 0, -1, 0.26894142136999512)]
    [InlineData("Tanh", 0, 0.5, 0.46211715726000976)]
    [InlineData("Hardsigmoid", 0, -2, 1 / 6.0)]
    [InlineData("Hardswish", 0, -1, -1 / 3.0)]
    [InlineData("LeakyReLU", 0.125f, -2, -0.25)]
    [InlineData("GELU", 0, -1, -0.15865525393145705)]
    [InlineData("SiLU", 0, 2, 1.7615941559557649)]
    [InlineData("ELU", 0.5f, -1, -0.31606027941427883)]
    public void A_function_of_one_number_is_quantized_to_the_nearest_byte(string op, float slope, double x, double expected)
    {
        // The input's bytes are 1/16 apart from -8 on; the result's 1/64 from -2 on.
        var node = new QuantizedNode
        {
            Name = "f", Op = Enum.Parse<QuantizedOp>(op), Inputs = [0], Shape = Shape.Flat(1), Scale = 1 / 64f, ZeroPoint = 128,
            Format = MemoryFormat.Contiguous,
            Slope = slope,
        };
        var model = new QuantizedModel(new QuantizedNetwork { Nodes = [Input(Shape.Flat(1), 128, 1 / 16f), node] }, [null, null]);
        Assert.Equal((byte)Math.Round(128 + (64 * expected)), Interpreter.Trace(model, [(byte)(128 + (16 * x))])[1][0]);
    }

    [Fact]
    public void The_error_function_is_that_of_its_series()
    {
        for (var x = -5.5; x < 5.5; x += 0.001)
            Assert.Equal(1 - Training.NaiveLayers.Erf(x), Erf.Complement(x), 4e-15); // the series loses some ulps of numbers near 1
        Assert.Equal(4.1838256077794144e-23, Erf.Complement(7), 1e-36); // erfc(7)
        Assert.Equal((2.0, 0.0), (Erf.Complement(-30), Erf.Complement(30)));
    }

    [Fact]
    public void Wrong_lengths_and_values_are_refused()
    {
        var model = Model(QuantizedOp.Flatten, null, Shape.Image(1, 2, 2), Shape.Flat(4));
        Assert.Throws<ArgumentException>(() => Interpreter.Run(model, new float[3], new float[4]));
        Assert.Throws<ArgumentException>(() => Interpreter.Run(model, new float[4], new float[5]));
        Assert.Contains("2", Assert.Throws<ArgumentException>(() => Interpreter.Run(model, [0, 0, float.NaN, 0], new float[4])).Message,
            StringComparison.Ordinal);
    }

    private static byte[] RunAdd(Shape shape, MemoryFormat first, MemoryFormat second)
    {
        // The two operands are the quantized input and its ReLU, which may be said to lie in another order.
        var input = Input(shape, Hard.ZeroPoint, Hard.Scale, first);
        var relu = new QuantizedNode
        {
            Name = "b", Op = QuantizedOp.ReLU, Inputs = [0], Shape = shape, Scale = input.Scale, ZeroPoint = input.ZeroPoint,
                Format = second,
        };
        var add = new QuantizedNode
        {
            Name = "add", Op = QuantizedOp.Add, Inputs = [0, 1], Shape = shape, Scale = Hard.OutputScale, ZeroPoint = 0, Format = first,
        };
        var model = new QuantizedModel(new QuantizedNetwork { Nodes = [input, relu, add] }, [null, null, null]);
        return Interpreter.Trace(model, Enumerable.Repeat(Hard.Value, shape.Elements).ToArray())[2];
    }

    private static QParamsPair FindHard()
    {
        var random = new Random(1);
        while (true)
        {
            var (scale, zeroPoint, value) = ((float)random.NextDouble(), random.Next(100), (byte)random.Next(100, 256));
            var fused = QuantizedMath.DequantizeFused(value, scale, QuantizedMath.FusedOffset(scale, zeroPoint));
            var plain = QuantizedMath.Dequantize(value, scale, zeroPoint);
            if (fused == plain)
                continue;

            // An output scale that puts the two sums on either side of a tie.
            for (var q = 2; q < 200; q++)
            {
                var output = (fused + plain) / (q + 0.5f);
                var (a, b) = (QuantizedMath.Add(fused, fused, 1f / output, 0, false),
                    QuantizedMath.Add(plain, plain, 1f / output, 0, false));
                if (a != b)
                    return new QParamsPair(scale, zeroPoint, value, output, a, b);
            }
        }
    }

    private static byte[] Run(QuantizedOp op, Window? window, Shape input, Shape output, byte[] bytes, bool ceil = false) =>
        Interpreter.Trace(Model(op, window, input, output, ceil), bytes)[1];

    private static QuantizedModel Model(QuantizedOp op, Window? window, Shape input, Shape output, bool ceil = false)
    {
        var node = new QuantizedNode
        {
            Name = "op", Op = op, Inputs = [0], Shape = output, Scale = 1, ZeroPoint = 10, Format = MemoryFormat.ChannelsLast,
                Window = window, CeilMode = ceil,
        };
        return new QuantizedModel(new QuantizedNetwork { Nodes = [Input(input, 10), node] }, [null, null]);
    }

    private static QuantizedNode Input(Shape shape, int zeroPoint, float scale = 1, MemoryFormat format = MemoryFormat.Contiguous) => new()
    {
        Name = "input", Op = QuantizedOp.Quantize, Inputs = [], Shape = shape, Scale = scale, ZeroPoint = zeroPoint, Format = format,
    };

    private sealed record QParamsPair(float Scale, int ZeroPoint, byte Value, float OutputScale, byte Fused, byte Plain);
}
