extern alias generator;

using CompileTime.Benchmarks.Profile;
using generator::CompileTime.Generator.Graph;
using generator::CompileTime.Generator.Passes;

namespace CompileTime.Benchmarks.Calibrate;

/// <summary>One layer of a family: what it took and what it is made of.</summary>
/// <param name="Counts">How often each of the family's constants occurs.</param>
/// <param name="Cycles">Measured.</param>
internal sealed record MeasuredLayer(SingleLayer Layer, double[] Counts, double Cycles)
{
    public double Estimate(IEnumerable<double> constants) => Counts.Zip(constants, (count, constant) => count * constant).Sum();
}

/// <summary>Measures the layers of a family in the code that is generated for them, and fits the family's constants.</summary>
/// <param name="Family">What was measured.</param>
/// <param name="Layers">Those that the family's kernel ran; for others the planner chose another.</param>
/// <param name="Fitted">The constants, in the family's order.</param>
internal sealed record Calibration(KernelFamily Family, IReadOnlyList<MeasuredLayer> Layers, double[] Fitted)
{
    private const int Rounds = 100;

    /// <exception cref="InvalidDataException">
    /// The planner chose the family's kernel for too few of the layers, as it does without AVX-512.
    /// </exception>
    public static Calibration Run(KernelFamily family)
    {
        var layers = family.Layers.Select(layer => Measure(family, layer)).OfType<MeasuredLayer>().ToList();
        if (layers.Count < family.Constants.Length)
            throw new InvalidDataException($"{family.Name}: the planner chose this kernel for {layers.Count} layers, and there are "
                + $"{family.Constants.Length} constants to fit. The costs are those of 512-bit kernels with AVX-512 VBMI.");
        return new Calibration(family, layers, LeastSquares.Fit(
            [.. layers.Select(layer => layer.Counts)], [.. layers.Select(layer => layer.Cycles)]));
    }

    private static MeasuredLayer? Measure(KernelFamily family, SingleLayer layer)
    {
        var profile = Profiler.Run(layer.Prepare(), isBatch: false, Rounds, network => LayOut(LaidOutNetwork.From(network), layer.IsPlanar));
        var kernel = profile.Operators.Single(one => one.Kernel is not null);
        var counts = family.Counts(kernel.Node!.Node, kernel.Kernel!);
        // What makes the planes of a layer is part of its cost.
        var shift = profile.Operators.Where(one => one.Name.StartsWith("PlaneShifts", StringComparison.Ordinal)).Sum(one => one.Microseconds);
        return counts is null ? null : new MeasuredLayer(layer, counts, (kernel.Microseconds + shift) * CoreClock.CyclesPerMicrosecond());
    }

    // All passes but the one that chooses between planes and channels last.
    private static LaidOutNetwork LayOut(LaidOutNetwork graph, bool isPlanar) => PassList.All
        .Where(pass => pass.Name != nameof(PlanarImages))
        .Aggregate(graph with { IsPlanar = isPlanar }, (laidOut, pass) => pass.Run(laidOut));
}
