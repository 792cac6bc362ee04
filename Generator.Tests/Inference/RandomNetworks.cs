using CompileTime.Models;
using CompileTime.Shared;

namespace CompileTime.Generator.Tests.Inference;

/// <summary>
/// Random converted networks from a seed: every operator, odd sizes, all kinds of windows, and qparams that make bytes of the whole range.
/// </summary>
internal static class RandomNetworks
{
    public static QuantizedModel Create(int seed) => Create(seed, isMixed: true);

    /// <param name="seed">Decides everything.</param>
    /// <param name="isMixed">Whether values may be float32.</param>
    public static QuantizedModel Create(int seed, bool isMixed)
    {
        var random = new Random(seed);
        var nodes = new List<QuantizedNode>();
        var weights = new List<LayerWeights?>();
        var shape = random.Next(4) == 0
            ? Shape.Flat(random.Next(1, 140))
            : Shape.Image(random.Next(1, 7), random.Next(3, 18), random.Next(3, 18));
        Add(new QuantizedNode
        {
            Name = "input", Op = QuantizedOp.Quantize, Inputs = [], Shape = shape, Scale = 1f / 64, ZeroPoint = random.Next(256),
            Format = MemoryFormat.Contiguous,
        });
        if (isMixed && random.Next(6) == 0)
            nodes[0] = nodes[0] with { Op = QuantizedOp.Input, IsFloat = true, Scale = 1, ZeroPoint = 0 };
        var layers = random.Next(2, 7);
        for (var i = 0; i < layers; i++)
            Step(nodes.Count - 1);
        if (!nodes[^1].Shape.IsFlat && random.Next(2) == 0)
        {
            Same(QuantizedOp.Flatten, nodes.Count - 1, Shape.Flat(nodes[^1].Shape.Elements));
            Linear(nodes.Count - 1);
        }

        return new QuantizedModel(new QuantizedNetwork { Nodes = nodes, Softmax = random.Next(4) == 0 }, weights);

        void Step(int input)
        {
            var from = nodes[input].Shape;
            if (isMixed && random.Next(nodes[input].IsFloat ? 4 : 9) == 0)
                input = Convert(input);
            switch (random.Next(from.IsFlat ? 4 : 12))
            {
                case 0 when random.Next(2) == 0:
                    Table(input);
                    break;
                case 0:
                    Same(random.Next(2) == 0 ? QuantizedOp.ReLU : QuantizedOp.ReLU6, input, from);
                    break;
                case 1:
                    // Two branches of the same shape, with their own qparams, joined again.
                    var left = Branch(input);
                    var right = random.Next(2) == 0 ? input : Branch(input);
                    Join(left, right);
                    break;
                case 2 or 3 when from.IsFlat:
                    Linear(input);
                    break;
                case 2:
                    Pool(QuantizedOp.MaxPool2d, input);
                    break;
                case 3:
                    Pool(QuantizedOp.AvgPool2d, input);
                    break;
                case 4:
                    Same(QuantizedOp.AdaptiveAvgPool2d, input,
                        Shape.Image(from.Channels, random.Next(1, from.Height + 1), random.Next(1, from.Width + 1)));
                    break;
                case 5:
                    Conv(input, depthwise: true);
                    break;
                default:
                    Conv(input, depthwise: false);
                    break;
            }
        }

        int Convert(int input)
        {
            var isFloat = nodes[input].IsFloat;
            Add(new QuantizedNode
            {
                Name = "convert" + nodes.Count, Op = isFloat ? QuantizedOp.Quantize : QuantizedOp.Dequantize, Inputs = [input],
                Shape = nodes[input].Shape, IsFloat = !isFloat, Scale = isFloat ? 1f / random.Next(20, 90) : 1,
                ZeroPoint = isFloat ? random.Next(256) : 0, Format = nodes[input].Format,
            });
            return nodes.Count - 1;
        }

        void Table(int input)
        {
            QuantizedOp[] functions = [.. Enum.GetValues<QuantizedOp>().Where(ScalarFunctions.Has)];
            var op = functions[random.Next(functions.Length)];
            Add(new QuantizedNode
            {
                Name = op.ToString() + nodes.Count, Op = op, Inputs = [input], Shape = nodes[input].Shape, IsFloat = nodes[input].IsFloat,
                Scale = nodes[input].IsFloat ? 1 : 1f / random.Next(20, 257), ZeroPoint = nodes[input].IsFloat ? 0 : random.Next(256),
                Format = nodes[input].Format,
                Slope = ScalarFunctions.ParameterName(op.ToString()) is null ? 0 : (random.NextSingle() - 0.2f) * 2,
            });
        }

        int Branch(int input)
        {
            var from = nodes[input].Shape;
            return from.IsFlat
                ? Weighted(QuantizedOp.Linear, input, from, null, 1)
                : Weighted(QuantizedOp.Conv2d, input, from, new Window(3, 3, 1, 1, 1, 1, 1, 1), 1);
        }

        void Join(int left, int right)
        {
            var (a, b) = (nodes[left], nodes[right]);
            var format = a.Format == MemoryFormat.ChannelsLast && b.Format == MemoryFormat.ChannelsLast ? MemoryFormat.ChannelsLast
                : MemoryFormat.Contiguous;
            var add = random.Next(2) == 0;
            var same = !add && random.Next(3) == 0;
            Add(new QuantizedNode
            {
                Name = "join" + nodes.Count, Op = add ? QuantizedOp.Add : QuantizedOp.Concat, Inputs = [left, right],
                Shape = add ? a.Shape : a.Shape.IsFlat ? Shape.Flat(a.Shape.Channels + b.Shape.Channels)
                    : Shape.Image(a.Shape.Channels + b.Shape.Channels, a.Shape.Height, a.Shape.Width),
                Scale = same || a.IsFloat ? a.Scale : 1f / random.Next(20, 90),
                ZeroPoint = same || a.IsFloat ? a.ZeroPoint : random.Next(256),
                IsFloat = a.IsFloat, Format = format,
                Relu = add && random.Next(2) == 0,
            });
        }

        void Linear(int input) => Weighted(QuantizedOp.Linear, input, Shape.Flat(random.Next(1, 90)), null, 1);

        void Conv(int input, bool depthwise)
        {
            var from = nodes[input].Shape;
            var window = RandomWindow(from, conv: true);
            var groups = depthwise ? from.Channels
                : random.Next(3) == 0 ? Divisors(from.Channels).OrderBy(_ => random.Next()).First()
                : 1;
            var outputs = depthwise && random.Next(4) != 0 ? from.Channels : groups * random.Next(1, 40 / groups + 2);
            Weighted(QuantizedOp.Conv2d, input, Shape.Image(outputs, window.OutputHeight(from.Height), window.OutputWidth(from.Width)),
                window, groups);
        }

        void Pool(QuantizedOp op, int input)
        {
            var from = nodes[input].Shape;
            var window = RandomWindow(from, conv: false);
            window = window with
            {
                Top = Math.Min(window.Top, window.KernelHeight / 2), Bottom = Math.Min(window.Bottom, window.KernelHeight / 2),
                Left = Math.Min(window.Left, window.KernelWidth / 2), Right = Math.Min(window.Right, window.KernelWidth / 2),
                DilationHeight = 1, DilationWidth = 1,
            };
            if (window.OutputHeight(from.Height) < 1 || window.OutputWidth(from.Width) < 1)
                window = new Window(1, 1);
            var ceil = random.Next(3) == 0;
            Same(op, input, Shape.Image(from.Channels, window.OutputHeight(from.Height, ceil), window.OutputWidth(from.Width, ceil)),
                window, ceil);
        }

        Window RandomWindow(Shape from, bool conv)
        {
            while (true)
            {
                var window = new Window(random.Next(1, 6), random.Next(1, 6), random.Next(1, 3), random.Next(1, 3), random.Next(3),
                    random.Next(3),
                    random.Next(3), random.Next(3), conv && random.Next(4) == 0 ? 2 : 1, conv && random.Next(4) == 0 ? 2 : 1);
                if (window.OutputHeight(from.Height) > 0 && window.OutputWidth(from.Width) > 0)
                    return window;
            }
        }

        void Same(QuantizedOp op, int input, Shape to, Window? window = null, bool ceil = false) => Add(new QuantizedNode
        {
            Name = op.ToString() + nodes.Count, Op = op, Inputs = [input], Shape = to, IsFloat = nodes[input].IsFloat,
            Scale = nodes[input].Scale, ZeroPoint = nodes[input].ZeroPoint,
            Format = op == QuantizedOp.Flatten ? MemoryFormat.Contiguous : nodes[input].Format, Window = window, CeilMode = ceil,
            CountIncludePad = random.Next(2) == 0,
            DivisorOverride = op == QuantizedOp.AvgPool2d && random.Next(4) == 0 ? random.Next(1, 9) : 0,
        });

        int Weighted(QuantizedOp op, int input, Shape to, Window? window, int groups)
        {
            var from = nodes[input].Shape;
            int[] dimensions = op == QuantizedOp.Linear ? [to.Channels, from.Channels]
                : [to.Channels, from.Channels / groups, window!.KernelHeight, window.KernelWidth];
            var count = dimensions.Aggregate(1, (product, size) => product * size);
            var zeroPoint = random.Next(8) == 0 ? random.Next(-128, 128) : 0;
            var perChannel = zeroPoint == 0 && random.Next(3) != 0;
            var density = random.Next(4) switch { 0 => 1, 1 => 0.4, 2 => 0.1, _ => 0.02 };
            var most = random.Next(3) == 0 ? 64 : 128; // half as large: no pair can saturate
            var values = new sbyte[count];
            for (var i = 0; i < count; i++)
                values[i] = (sbyte)(random.NextDouble() < density ? random.Next(-most, most) : zeroPoint);
            var bias = random.Next(4) == 0 ? [] : Enumerable.Range(0, to.Channels).Select(_ => (random.NextSingle() - 0.5f) * 4).ToArray();
            var scales = Enumerable.Range(0, perChannel ? to.Channels : 1).Select(_ => 0.002f + (random.NextSingle() * 0.01f)).ToArray();
            var isFloat = nodes[input].IsFloat;
            if (isFloat && op == QuantizedOp.Linear && random.Next(2) == 0)
                op = QuantizedOp.DynamicLinear;
            if (isFloat && op != QuantizedOp.DynamicLinear && random.Next(2) == 0)
            {
                var floats = Array.ConvertAll(values, value => (value - zeroPoint) * (0.01f + (random.NextSingle() * 0.01f)));
                Add(Float(op, input, to, window, groups) with
                {
                    Weight = new WeightInfo(dimensions, false, 0, bias.Length > 0,
                        floats.Length - floats.Count(value => value == 0)) { IsFloat = true },
                }, new LayerWeights(floats, bias));
                return nodes.Count - 1;
            }

            if (isFloat)
            {
                Add(Float(op, input, to, window, groups) with
                {
                    ReduceRange = op == QuantizedOp.DynamicLinear && random.Next(2) == 0,
                    Weight = new WeightInfo(dimensions, perChannel, zeroPoint, bias.Length > 0,
                        QuantizedModel.CountNonzeros(values, zeroPoint)),
                }, new LayerWeights(values, scales, bias, zeroPoint));
                return nodes.Count - 1;
            }

            Add(new QuantizedNode
            {
                Name = op.ToString() + nodes.Count, Op = op, Inputs = [input], Shape = to, Scale = 0.01f + (random.NextSingle() * 0.05f),
                ZeroPoint = random.Next(3) == 0 ? 0 : random.Next(256), Window = window, Groups = groups, Relu = random.Next(2) == 0,
                Format = op == QuantizedOp.Linear ? MemoryFormat.Contiguous : MemoryFormat.ChannelsLast,
                Weight = new WeightInfo(dimensions, perChannel, zeroPoint, bias.Length > 0,
                    QuantizedModel.CountNonzeros(values, zeroPoint)),
            }, new LayerWeights(values, scales, bias, zeroPoint));
            return nodes.Count - 1;
        }

        QuantizedNode Float(QuantizedOp op, int input, Shape to, Window? window, int groups) => new()
        {
            Name = op.ToString() + nodes.Count, Op = op, Inputs = [input], Shape = to, IsFloat = true, Scale = 1, ZeroPoint = 0,
            Window = window,
            Groups = groups, Relu = random.Next(2) == 0,
            Format = op == QuantizedOp.Conv2d ? MemoryFormat.ChannelsLast : MemoryFormat.Contiguous,
        };

        void Add(QuantizedNode node, LayerWeights? weight = null)
        {
            nodes.Add(node);
            weights.Add(weight);
        }
    }

    private static IEnumerable<int> Divisors(int number) => Enumerable.Range(1, number).Where(divisor => number % divisor == 0);
}
