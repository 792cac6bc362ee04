using CompileTime.Models;
using CompileTime.Shared;

namespace CompileTime.Generator.Tests.Inference;

/// <summary>
/// Random networks as structured pruning leaves them: filters without weights, with and without a bias, columns and whole groups and
/// layers of zeros.
/// </summary>
internal static class EmptiedNetworks
{
    public static QuantizedModel Create(int seed) => Empty(RandomNetworks.Create(seed, isMixed: seed % 4 != 0), seed);

    public static QuantizedModel Empty(QuantizedModel model, int seed)
    {
        var random = new Random(seed);
        var nodes = model.Network.Nodes.ToList();
        var weights = model.Weights.ToList();
        var branches = EndBranches(nodes, random);
        for (var n = 0; n < nodes.Count; n++)
        {
            if (nodes[n].Weight is not { } info)
                continue;
            var (values, floats, bias) = (weights[n]!.Values.ToArray(), weights[n]!.FloatValues.ToArray(), weights[n]!.Bias.ToArray());
            var perOutput = info.Elements / info.Outputs;
            var taps = nodes[n].Window?.Taps ?? 1;
            var isBranch = branches.Contains(n);
            var rows = isBranch ? 1 : random.Next(6) switch { 0 => 0, 1 => 1, _ => 0.5 };
            var columns = random.Next(3) == 0 ? 0 : 0.4;
            var unbiased = !isBranch && random.Next(4) == 0 ? 0.5 : 1;
            for (var o = 0; o < info.Outputs; o++)
            {
                if (random.NextDouble() >= rows)
                    continue;
                Clear(o * perOutput, perOutput);
                if (bias.Length > 0 && random.NextDouble() < unbiased)
                    bias[o] = 0;
            }

            for (var column = 0; column < info.Dimensions[1]; column++)
            {
                if (random.NextDouble() >= columns)
                    continue;
                for (var o = 0; o < info.Outputs; o++)
                    Clear((o * perOutput) + (column * taps), taps);
            }

            weights[n] = info.IsFloat ? new LayerWeights(floats, bias)
                : new LayerWeights(values, weights[n]!.ScalesArray, bias, info.ZeroPoint);
            nodes[n] = nodes[n] with { Weight = info with { Nonzeros = QuantizedModel.CountNonzeros(weights[n]!) } };

            void Clear(int start, int count)
            {
                if (info.IsFloat)
                    floats.AsSpan(start, count).Clear();
                else
                    values.AsSpan(start, count).Fill((sbyte)info.ZeroPoint);
            }
        }

        return new QuantizedModel(new QuantizedNetwork { Nodes = nodes, Softmax = model.Network.Softmax }, weights);
    }

    /// <summary>
    /// Some additions get the qparams of one operand, and their other one, which the indices returned tell, is to become zero. Others, and
    /// concatenations, get twice the scale of what they read: half of all values are ties then, which PyTorch's vectorized and scalar
    /// kernels round differently.
    /// </summary>
    private static HashSet<int> EndBranches(List<QuantizedNode> nodes, Random random)
    {
        var branches = new HashSet<int>();
        for (var n = 1; n < nodes.Count; n++)
        {
            var node = nodes[n];
            var (first, last) = (node.Inputs[0], node.Inputs[^1]);
            switch (node.Op)
            {
                case QuantizedOp.Add when node.IsFloat && nodes[last].Weight is not null && random.Next(2) == 0:
                    branches.Add(last);
                    break;
                case QuantizedOp.Linear or QuantizedOp.Conv2d or QuantizedOp.Quantize:
                case var _ when node.IsFloat:
                    break;
                case QuantizedOp.Add when nodes[last].Weight is not null && random.Next(2) == 0:
                    branches.Add(last);
                    nodes[n] = node with { Scale = nodes[first].Scale, ZeroPoint = nodes[first].ZeroPoint };
                    break;
                case QuantizedOp.Add:
                    nodes[first] = nodes[first] with { Scale = nodes[last].Scale };
                    nodes[n] = node with { Scale = nodes[last].Scale * 2 };
                    break;
                case QuantizedOp.Concat:
                    nodes[n] = random.Next(3) == 0 ? node : node with { Scale = nodes[last].Scale * 2 };
                    break;
                default:
                    nodes[n] = node with { Scale = nodes[first].Scale, ZeroPoint = nodes[first].ZeroPoint };
                    break;
            }
        }

        return branches;
    }
}
