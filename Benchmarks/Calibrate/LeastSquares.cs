namespace CompileTime.Benchmarks.Calibrate;

/// <summary>
/// Fits constants so that the errors relative to what was measured are least: small layers count as much as large ones. Nothing takes
/// less than no time: a constant that would is zero, and the others are fitted without it.
/// </summary>
internal static class LeastSquares
{
    /// <param name="counts">How often each constant occurs in each measurement.</param>
    /// <param name="measured">The measurements, above zero.</param>
    /// <returns>The constants whose counted sums come nearest.</returns>
    public static double[] Fit(IReadOnlyList<double[]> counts, IReadOnlyList<double> measured)
    {
        var fitted = FitSigned(counts, measured);
        var negative = Array.FindIndex(fitted, constant => constant < 0);
        if (negative < 0)
            return fitted;
        var rest = Fit([.. counts.Select(count => (double[])[.. count[..negative], .. count[(negative + 1)..]])], measured);
        return [.. rest[..negative], 0, .. rest[negative..]];
    }

    private static double[] FitSigned(IReadOnlyList<double[]> counts, IReadOnlyList<double> measured)
    {
        var unknowns = counts[0].Length;
        var equations = new double[unknowns, unknowns + 1];
        for (var row = 0; row < counts.Count; row++)
        {
            for (var i = 0; i < unknowns; i++)
            {
                var scaled = counts[row][i] / measured[row];
                for (var j = 0; j < unknowns; j++)
                    equations[i, j] += scaled * counts[row][j] / measured[row];
                equations[i, unknowns] += scaled;
            }
        }

        return Solve(equations, unknowns);
    }

    // Gauss and Jordan. The matrix is positive definite as long as the shapes differ, and so needs no pivoting.
    private static double[] Solve(double[,] equations, int unknowns)
    {
        for (var pivot = 0; pivot < unknowns; pivot++)
        {
            for (var row = 0; row < unknowns; row++)
            {
                var factor = equations[row, pivot] / equations[pivot, pivot];
                for (var column = pivot; row != pivot && column <= unknowns; column++)
                    equations[row, column] -= factor * equations[pivot, column];
            }
        }

        return [.. Enumerable.Range(0, unknowns).Select(i => equations[i, unknowns] / equations[i, i])];
    }
}
