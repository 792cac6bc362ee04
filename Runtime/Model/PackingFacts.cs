using CompileTime.Inference;
using CompileTime.Shared;

namespace CompileTime.Models;

/// <summary>What the generator wants to know of weights without seeing them; found out when an artifact is written.</summary>
internal static class PackingFacts
{
    /// <summary>The network with the facts about these weights.</summary>
    public static QuantizedNetwork Of(QuantizedModel model)
    {
        var nodes = model.Network.Nodes.Select((node, index) => HasInt8Arithmetic(node)
            ? node with
            {
                Weight = node.Weight! with
                {
                    SparseSteps = SparseSteps(model, index),
                    EmptyBlocks = EmptyBlocks(model, index),
                    SaturatingPairs = node.Weight.ZeroPoint == 0 ? SaturatingPairs(model, index) : null,
                },
            }
            : node);
        return new QuantizedNetwork { Nodes = [.. nodes], Softmax = model.Network.Softmax };
    }

    /// <summary>Blocks of sixteen outputs and four inputs without a weight; null for layers without int8 arithmetic.</summary>
    public static int? EmptyBlocks(QuantizedModel model, int index)
    {
        var node = model.Network.Nodes[index];
        if (!HasInt8Arithmetic(node))
            return null;
        var layout = DenseLayout.Blocks(node);
        var weights = model.Weights[index]!;
        var positions = Positions(model, index);
        var perOutput = layout.Inputs * layout.KernelHeight * layout.KernelWidth;
        var isUsed = new bool[layout.BlockCount];
        for (var output = 0; output < layout.Outputs; output++)
        {
            var row = weights.Values.Slice(output * perOutput, perOutput);
            var (group, lane) = (output / layout.OutputsPerGroup, output % layout.OutputsPerGroup);
            var first = ((group * layout.Vectors) + (lane / layout.Lanes)) * layout.Steps;
            for (var run = 0; run < layout.Runs; run++)
            {
                for (var j = 0; j < layout.RunLength; j++)
                {
                    if (row[layout.Source(run, j, positions)] != weights.ZeroPoint)
                        isUsed[first + (run * layout.StepsPerRun) + (j / DenseLayout.StepInputs)] = true;
                }
            }
        }

        return isUsed.Count(used => !used);
    }

    private static bool HasInt8Arithmetic(QuantizedNode node) =>
        node.Weight is not null && (!node.IsFloat || node.Op == QuantizedOp.DynamicLinear);

    private static int SparseSteps(QuantizedModel model, int index)
    {
        var node = model.Network.Nodes[index];
        if (SparseGeometry.Of(node) is not { } geometry)
            return 0;
        var inputs = SparseInput.Of(node, model.Network.Nodes[node.Inputs[0]].Shape, Positions(model, index));
        var weights = model.Weights[index]!;
        return new SparseLayout(geometry, output => SparseInput.Kept(inputs, weights.ValuesArray, output, weights.ZeroPoint),
            wholeBytes: false, countsOnly: true).TotalSteps;
    }

    private static int SaturatingPairs(QuantizedModel model, int index)
    {
        var node = model.Network.Nodes[index];
        var positions = Positions(model, index);
        var weights = model.Weights[index]!;
        var layout = new DenseLayout(node.Weight!.Outputs, node.Groups, node.Weight.Dimensions[1], node.Window?.KernelHeight ?? 1,
            node.Window?.KernelWidth ?? 1, !DenseLayout.HasContiguousRows(node), 1, 1);
        var perOutput = layout.Inputs * layout.KernelHeight * layout.KernelWidth;
        var run = new sbyte[layout.StepsPerRun * DenseLayout.StepInputs];
        var count = 0;
        for (var output = 0; output < layout.Outputs; output++)
        {
            var row = weights.Values.Slice(output * perOutput, perOutput);
            for (var i = 0; i < layout.Runs; i++)
            {
                for (var j = 0; j < layout.RunLength; j++)
                    run[j] = row[layout.Source(i, j, positions)];
                count += Saturation.Count(run);
            }
        }

        return count;
    }

    // A flattened image is read where it lies, channels last.
    private static int Positions(QuantizedModel model, int index)
    {
        var node = model.Network.Nodes[index];
        var input = model.Network.Nodes[node.Inputs[0]];
        return node.Op == QuantizedOp.Linear && input.Op == QuantizedOp.Flatten ? model.Network.Nodes[input.Inputs[0]].Shape.Positions : 1;
    }
}
