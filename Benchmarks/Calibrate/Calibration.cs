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
        var timed = TimedKernel.Run(layer, family.IsSparse);
        return family.Counts(timed.Layer.Node, timed.Kernel) is { } counts ? new MeasuredLayer(layer, counts, timed.Cycles) : null;
    }
}
