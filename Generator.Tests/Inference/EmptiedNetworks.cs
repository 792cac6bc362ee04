using CompileTime.Models;
using CompileTime.Shared;

namespace CompileTime.Generator.Tests.Inference;

/// <summary>
/// Random networks as structured pruning leaves them: filters without weights, with and without a bias, columns and whole groups and
/// layers of zeros.
/// </summary>
internal static class EmptiedNetworks
{
    public static QuantizedModel Create(int seed) => Empty(RandomNetworks.Create(seed), seed);

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
            var (values, bias) = (weights[n]!.Values.ToArray(), weights[n]!.Bias.ToArray());
            var zero = (sbyte)info.ZeroPoint;
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
                values.AsSpan(o * perOutput, perOutput).Fill(zero);
                if (bias.Length > 0 && random.NextDouble() < unbiased)
                    bias[o] = 0;
            }

            for (var column = 0; column < info.Dimensions[1]; column++)
            {
                if (random.NextDouble() >= columns)
                    continue;
                for (var o = 0; o < info.Outputs; o++)
                    values.AsSpan((o * perOutput) + (column * taps), taps).Fill(zero);
            }

            weights[n] = new LayerWeights(values, weights[n]!.ScalesArray, bias, info.ZeroPoint);
            nodes[n] = nodes[n] with { Weight = info with { Nonzeros = QuantizedModel.CountNonzeros(values, info.ZeroPoint) } };
        }

        return new QuantizedModel(new QuantizedNetwork { Nodes = nodes, Softmax = model.Network.Softmax }, weights);
    }

    /// <summary>
    /// Some additions get the qparams of one operand, and their other one, which the indices returned tell, is to become zero.
    /// </summary>
    private static HashSet<int> EndBranches(List<QuantizedNode> nodes, Random random)
    {
        var branches = new HashSet<int>();
        for (var n = 1; n < nodes.Count; n++)
        {
            var node = nodes[n];
            var kept = node.Inputs[0];
            if (node.Op == QuantizedOp.Add && nodes[node.Inputs[1]].Weight is not null && random.Next(2) == 0)
                branches.Add(node.Inputs[1]);
            else if (node.Op is not (QuantizedOp.ReLU or QuantizedOp.ReLU6 or QuantizedOp.Flatten or QuantizedOp.MaxPool2d
                or QuantizedOp.AvgPool2d or QuantizedOp.AdaptiveAvgPool2d))
                continue;
            nodes[n] = node with { Scale = nodes[kept].Scale, ZeroPoint = nodes[kept].ZeroPoint };
        }

        return branches;
    }
}
