extern alias generator;

using CompileTime.Benchmarks.Profile;
using generator::CompileTime.Generator.Graph;
using generator::CompileTime.Generator.Plan;
using generator::CompileTime.Shared;

namespace CompileTime.Benchmarks.Calibrate;

/// <summary>One layer's kernel, timed in the code that is generated for it.</summary>
/// <param name="Layer">As its artifact tells it.</param>
/// <param name="Kernel">The kernel that ran.</param>
/// <param name="Cycles">What it took, the planes that it reads included.</param>
internal sealed record TimedKernel(WeightedLayer Layer, KernelPlan Kernel, double Cycles)
{
    private const int Rounds = 100;

    /// <param name="layer">The layer.</param>
    /// <param name="isSparse">Whether to take the sparse kernel; null for what the planner chooses.</param>
    public static TimedKernel Run(SingleLayer layer, bool? isSparse = null)
    {
        WeightedLayer? weighted = null;
        var profile = Profiler.Run(layer.Prepare(), isBatch: false, Rounds, network =>
        {
            weighted = new WeightedLayer(network.Nodes[^1], network.Input.Shape, 1);
            var graph = LaidOutNetwork.From(network) with { IsPlanar = layer.IsPlanar };
            return Profiler.LayOut(isSparse is { } sparse ? graph.With(network.Nodes.Count - 1, Forced(weighted.Node, sparse)) : graph);
        });
        var kernel = profile.Operators.Single(one => one.Kernel is not null);
        // What makes the planes of a layer is part of its cost.
        var shift = profile.Operators.Where(one => one.Name.StartsWith("PlaneShifts", StringComparison.Ordinal))
            .Sum(one => one.Microseconds);
        return new TimedKernel(weighted!, kernel.Kernel!, (kernel.Microseconds + shift) * CoreClock.CyclesPerMicrosecond());
    }

    // The planner goes by the number of steps: it has no sparse kernel for none, and nothing is faster than one. What is packed are the
    // weights themselves.
    private static QuantizedNode Forced(QuantizedNode node, bool isSparse) =>
        node with { Weight = node.Weight! with { SparseSteps = isSparse ? 1 : 0 } };
}
