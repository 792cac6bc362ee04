using CompileTime.Inference;
using CompileTime.Models;
using CompileTime.Reference;
using CompileTime.Shared;

namespace CompileTime.Generator.Tests.Inference;

/// <summary>
/// Convolutions over planes whose tables are exact up to 128 and no further: bytes around that, wherever they are, at every tier. Weights
/// are plus or minus 85, three of which are as much as a group may hold, and the input is what the positive ones of an output are
/// multiplied with, so that a group that is too large leaves int16 by every one of them.
/// </summary>
public sealed class PlanarRangeTests
{
    private static readonly (Shape Shape, Window Window, int Outputs, int ZeroPoint)[] s_layers =
    [
        (Shape.Image(3, 32, 32), new Window(3, 3, 1, 1, 1, 1, 1, 1), 4, 0), // rows are cut
        (Shape.Image(2, 96, 97), new Window(3, 3, 1, 1, 1, 1, 1, 1), 3, 5), // a bit stands for more than a vector
        (Shape.Image(12, 96, 86), new Window(1, 1), 2, 0), // as many vectors as fill the bits and a part of one more
        (Shape.Image(2, 96, 84), new Window(3, 3, 1, 1, 1, 1, 1, 1), 2, 0),
        (Shape.Image(2, 33, 20), new Window(3, 3, 2, 2, 1, 1, 1, 1), 3, 0),
        (Shape.Image(2, 21, 34), new Window(3, 3, 3, 3, 1, 1, 1, 1), 3, 0),
        (Shape.Image(2, 12, 12), new Window(5, 5), 5, 0),
        (Shape.Image(3, 18, 16), new Window(3, 3, 1, 1, 2, 2, 2, 2, 2, 2), 3, 127),
        (Shape.Image(2, 10, 8), new Window(3, 3, 1, 1, 1, 1, 1, 1), 3, 200), // padding itself is larger
        (Shape.Image(12, 9, 9), new Window(1, 1), 3, 0),
        (Shape.Image(180, 4, 4), new Window(3, 3, 1, 1, 1, 1, 1, 1), 2, 0), // more than 255 groups
    ];

    private static readonly Lazy<(EngineBuilder Builder, IReadOnlyList<QuantizedModel> Models)> s_engines = new(() =>
    {
        var builder = new EngineBuilder();
        QuantizedModel[] models = [.. s_layers.Select(layer => Model(layer.Shape, layer.Window, layer.Outputs, layer.ZeroPoint))];
        for (var i = 0; i < models.Length; i++)
            builder.Add("Range" + i, models[i], isPlanar: true);
        return (builder, models);
    });

    public static TheoryData<int> Numbers => new(Enumerable.Range(0, s_layers.Length));

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Bytes_above_the_limit_are_summed_exactly_wherever_they_are(int number)
    {
        var (builder, models) = s_engines.Value;
        var model = models[number];
        var (from, to) = (model.Network.Input.Shape, model.Network.Output.Shape);
        InferenceEngine[] engines = [.. EngineBuilder.InstructionSetsHere.Select(set => builder.Create("Range" + number, set))];
        var (expected, actual) = (new float[to.Elements], new float[to.Elements]);
        var largest = 0f;
        foreach (var (y, x) in new[] { (0, 0), (0, to.Width - 1), (to.Height - 1, 0), (to.Height - 1, to.Width - 1), (to.Height / 2, to.Width / 3) })
        {
            foreach (var value in (int[])[126, 127, 128, 129, 130, 255])
            {
                var sample = Sample(model, y, x, value);
                Interpreter.Run(model, sample, expected);
                largest = Math.Max(largest, expected.Max() - expected.Min());
                foreach (var engine in engines)
                {
                    engine.Predict(sample, actual);
                    Assert.Equal(expected, actual);
                }
            }
        }

        Assert.True(largest > 30 * model.Network.Output.Scale); // 2^16 more or less in every group would be seen
    }

    /// <summary>A table's groups hold every weight once, and leave int16 by the next larger byte.</summary>
    [Fact]
    public void Tables_tell_up_to_which_byte_they_are_exact()
    {
        var random = new Random(2);
        foreach (var count in (int[])[0, 1, 7, 60, 3000])
        {
            foreach (var budget in (int[])[PlanarTable.CalibratedBudget, PlanarTable.FullBudget])
            {
                int[] weights = [.. Enumerable.Range(0, count).Select(_ => random.Next(-128, 128)).Where(weight => weight != 0)];
                int[] offsets = [.. Enumerable.Range(0, weights.Length)];
                var table = new PlanarTable();
                var limit = table.Add(weights, offsets, budget);
                var (read, largest, least) = (new List<(int Offset, int Weight)>(), 0, 0);
                var at = 0;
                for (var run = table.Entries[at++]; run > 0; run--)
                {
                    var (twos, sizes) = (table.Entries[at], table.Entries.GetRange(at + 1, 2));
                    Assert.True(twos > 0 && sizes[0] > 0);
                    at += 3;
                    foreach (var pairs in Enumerable.Repeat(sizes, twos).SelectMany(two => two))
                    {
                        var (positive, negative) = (0, 0);
                        for (var pair = 0; pair < pairs; pair++, at += 3)
                        {
                            var two = table.Entries[at + 2];
                            Assert.Equal((short)two, two >> 16);
                            foreach (var (offset, weight) in new[] { (table.Entries[at], (sbyte)two), (table.Entries[at + 1], (sbyte)(two >> 8)) })
                            {
                                if (weight != 0)
                                    read.Add((offset, weight));
                                positive += Math.Max(weight, (sbyte)0);
                                negative += Math.Min((int)weight, 0);
                            }
                        }

                        (largest, least) = (Math.Max(largest, positive), Math.Min(least, negative));
                    }
                }

                Assert.Equal(table.Entries.Count, at);
                Assert.Equal(offsets.Zip(weights), read.Order());
                Assert.True(largest * limit <= short.MaxValue && least * limit >= short.MinValue);
                Assert.True(limit == 255 || largest * (limit + 1) > short.MaxValue || least * (limit + 1) < short.MinValue);
                Assert.InRange(limit, budget == PlanarTable.FullBudget ? 255 : 128, 255);
            }
        }
    }

    // Small bytes, but for those that the positive weights of the first output are multiplied with at one position.
    private static float[] Sample(QuantizedModel model, int row, int column, int value)
    {
        var random = new Random(value);
        var (shape, window, zeroPoint) = (model.Network.Input.Shape, model.Network.Output.Window!, model.Network.Input.ZeroPoint);
        var weights = model.Weights[1]!.Values;
        var sample = new float[shape.Elements];
        for (var i = 0; i < sample.Length; i++)
            sample[i] = random.Next(8) - zeroPoint;
        for (var i = 0; i < shape.Channels * window.Taps; i++)
        {
            var tap = i % window.Taps;
            var y = (row * window.StrideHeight) - window.Top + (tap / window.KernelWidth * window.DilationHeight);
            var x = (column * window.StrideWidth) - window.Left + (tap % window.KernelWidth * window.DilationWidth);
            if (weights[i] > 0 && y >= 0 && y < shape.Height && x >= 0 && x < shape.Width)
                sample[(((i / window.Taps * shape.Height) + y) * shape.Width) + x] = value - zeroPoint;
        }

        return sample;
    }

    private static QuantizedModel Model(Shape from, Window window, int outputs, int zeroPoint)
    {
        var random = new Random(outputs);
        var values = new sbyte[outputs * from.Channels * window.Taps];
        for (var i = 0; i < values.Length; i++)
            values[i] = (sbyte)(random.Next(2) == 0 ? 85 : -85);
        var input = new QuantizedNode
        {
            Name = "input", Op = QuantizedOp.Quantize, Inputs = [], Shape = from, Scale = 1, ZeroPoint = zeroPoint, Format = MemoryFormat.Contiguous,
        };
        var layer = input with
        {
            Name = "conv", Op = QuantizedOp.Conv2d, Inputs = [0], Window = window, ZeroPoint = 100, Groups = 1,
            Shape = Shape.Image(outputs, window.OutputHeight(from.Height), window.OutputWidth(from.Width)),
            // Half of the weights times the largest byte: half of the range.
            Scale = 85f * values.Length / outputs,
            Weight = new WeightInfo([outputs, from.Channels, window.KernelHeight, window.KernelWidth], true, 0, false, values.Length),
        };
        var weights = new LayerWeights(values, [.. Enumerable.Repeat(1f, outputs)], [], 0);
        return new QuantizedModel(new QuantizedNetwork { Nodes = [input, layer] }, [null, weights]);
    }
}
