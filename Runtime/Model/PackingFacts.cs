using CompileTime.Shared;

namespace CompileTime.Models;

/// <summary>What the generator wants to know of weights without seeing them; found out when an artifact is written.</summary>
internal static class PackingFacts
{
    /// <summary>The network with the facts about these weights.</summary>
    public static QuantizedNetwork Of(QuantizedModel model)
    {
        var nodes = model.Network.Nodes.Select((node, index) => node.Op == QuantizedOp.Linear
            ? node with { Weight = node.Weight! with { SparseSteps = SparseSteps(model, index) } }
            : node);
        return new QuantizedNetwork { Nodes = [.. nodes], Softmax = model.Network.Softmax };
    }

    private static int SparseSteps(QuantizedModel model, int index)
    {
        var node = model.Network.Nodes[index];
        var input = model.Network.Nodes[node.Inputs[0]];
        // A flattened image is read where it lies, channels last.
        var positions = input.Op == QuantizedOp.Flatten ? model.Network.Nodes[input.Inputs[0]].Shape.Positions : 1;
        var weights = model.Weights[index]!;
        var inputs = input.Shape.Channels;
        return new SparseLayout(node.Weight!.Outputs, inputs,
            (output, place) => weights.Values[(output * inputs) + SparseLayout.Column(place, inputs, positions)] == weights.ZeroPoint).TotalSteps;
    }
}
