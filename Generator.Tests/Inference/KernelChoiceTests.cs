extern alias generator;

using generator::CompileTime.Generator.Plan;
using generator::CompileTime.Shared;

namespace CompileTime.Generator.Tests.Inference;

/// <summary>
/// What the planner makes of layers whose two kernels were measured, in cycles: <c>Benchmarks -- calibrate --choice</c> on a shared core of
/// an AMD EPYC (Zen 4).
/// </summary>
public sealed class KernelChoiceTests
{
    // Two measurements of the same kernel differ by as much.
    private const double Spread = 0.03;

    // From there on a dense kernel in place of a sparse one would be a loss.
    private const double WorthIt = 0.1;

    // Cycles that it takes to call a layer: what is less is not seen in a network.
    private const int Call = 20;

    /// <summary>
    /// Dimensions of the weight, sides of the image, steps of the sparse kernel; cycles of the dense kernel, and of the sparse.
    /// </summary>
    public static TheoryData<int[], int, int, int, int> Measured => new()
    {
        { [128, 512, 1, 1], 4, 527, 24296, 23465 },
        { [64, 128, 3, 3], 3, 623, 15351, 16382 },
        { [64, 32, 3, 3], 2, 151, 2191, 2039 },
        { [8, 16, 3, 3], 32, 23, 36053, 67320 },
        { [304, 784], 1, 1540, 7951, 6514 },
        { [512, 512], 1, 1722, 8826, 7353 },
        { [128, 640], 1, 536, 2713, 2285 },
        { [640, 128], 1, 556, 2909, 2558 },
        { [10, 100], 1, 12, 77, 62 },
        { [32, 64], 1, 16, 94, 97 },
        { [16, 16, 3, 3], 32, 20, 61521, 57232 },
        { [32, 32, 3, 3], 16, 71, 58375, 59614 },
        { [64, 64, 3, 3], 8, 267, 55209, 44672 },
        { [64, 64, 1, 1], 16, 30, 32973, 24418 },
        { [128, 128, 1, 1], 6, 109, 15057, 11448 },
        { [256, 256, 1, 1], 3, 432, 15455, 14865 },
        { [128, 512, 1, 1], 4, 423, 26499, 23689 },
        { [64, 128, 3, 3], 3, 510, 15037, 13741 },
        { [64, 32, 3, 3], 2, 124, 1812, 1647 },
        { [8, 16, 3, 3], 32, 18, 34912, 53571 },
        { [304, 784], 1, 1174, 7947, 5006 },
        { [512, 512], 1, 1312, 8749, 5633 },
        { [128, 640], 1, 404, 2715, 1810 },
        { [640, 128], 1, 431, 2890, 2035 },
        { [10, 100], 1, 9, 77, 49 },
        { [32, 64], 1, 12, 89, 60 },
        { [16, 16, 3, 3], 32, 16, 61504, 46286 },
        { [32, 32, 3, 3], 16, 57, 61458, 39743 },
        { [64, 64, 3, 3], 8, 207, 53402, 34901 },
        { [64, 64, 1, 1], 16, 23, 30439, 21965 },
        { [128, 128, 1, 1], 6, 87, 16256, 9377 },
        { [256, 256, 1, 1], 3, 329, 15716, 9560 },
        { [128, 512, 1, 1], 4, 327, 23939, 15031 },
        { [64, 128, 3, 3], 3, 397, 14840, 11060 },
        { [64, 32, 3, 3], 2, 99, 1765, 1338 },
        { [8, 16, 3, 3], 32, 14, 34704, 50516 },
        { [8, 16, 3, 3], 32, 11, 34708, 35785 },
    };

    [Theory]
    [MemberData(nameof(Measured))]
    public void A_sparse_kernel_is_taken_where_it_is_faster_and_nowhere_else(int[] dimensions, int size, int steps, int dense, int sparse)
    {
        var takesSparse = KernelChoice.Run(Layer(dimensions, size, steps), Tier.Avx512Vbmi, isPlanar: false) is SparseKernel;
        if (takesSparse)
            Assert.InRange(sparse, 0, dense * (1 + Spread));
        else
            Assert.InRange(dense, 0, (sparse * (1 + WorthIt)) + Call);
    }

    private static WeightedLayer Layer(int[] dimensions, int size, int steps)
    {
        var isLinear = dimensions.Length == 2;
        var elements = dimensions.Aggregate((a, b) => a * b);
        var node = new QuantizedNode
        {
            Name = "l", Op = isLinear ? QuantizedOp.Linear : QuantizedOp.Conv2d, Inputs = [0], Scale = 1, ZeroPoint = 0,
            Format = MemoryFormat.Contiguous,
            Shape = isLinear ? Shape.Flat(dimensions[0]) : Shape.Image(dimensions[0], size, size),
            Window = isLinear ? null : new Window(dimensions[2], dimensions[3]),
            Weight = new WeightInfo(dimensions, true, 0, true, elements) { SparseSteps = steps, EmptyBlocks = 0 },
        };
        return new WeightedLayer(node, isLinear ? Shape.Flat(dimensions[1]) : Shape.Image(dimensions[1], size, size), 1);
    }
}
