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

    /// <summary>Dimensions of the weight, height and width of the image, steps of the sparse kernel; cycles of the dense kernel and of the sparse one.</summary>
    public static TheoryData<int[], int, int, int, int> Measured => new()
    {
        { [10, 100], 1, 14, 72, 81 },
        { [10, 100], 1, 12, 73, 80 },
        { [10, 100], 1, 7, 76, 64 },
        { [128, 640], 1, 741, 2713, 3094 },
        { [128, 640], 1, 614, 2751, 2561 },
        { [128, 640], 1, 347, 2749, 1716 },
        { [304, 784], 1, 2187, 7949, 9162 },
        { [304, 784], 1, 1822, 7921, 7615 },
        { [304, 784], 1, 1021, 7928, 5007 },
        { [32, 64], 1, 18, 90, 95 },
        { [32, 64], 1, 16, 83, 95 },
        { [32, 64], 1, 8, 90, 71 },
        { [512, 512], 1, 2375, 8767, 9937 },
        { [512, 512], 1, 1958, 8758, 8418 },
        { [512, 512], 1, 1091, 8812, 5920 },
        { [640, 128], 1, 683, 2910, 3086 },
        { [640, 128], 1, 556, 2906, 2582 },
        { [640, 128], 1, 297, 2894, 1514 },
        { [128, 128, 1, 1], 6, 155, 15961, 15197 },
        { [128, 128, 1, 1], 6, 129, 15841, 12970 },
        { [128, 128, 1, 1], 6, 73, 15479, 8174 },
        { [128, 512, 1, 1], 4, 835, 26439, 33447 },
        { [128, 512, 1, 1], 4, 637, 26353, 26099 },
        { [128, 512, 1, 1], 4, 537, 26396, 22435 },
        { [128, 512, 1, 1], 4, 316, 26371, 13672 },
        { [16, 16, 3, 3], 32, 23, 61515, 63571 },
        { [16, 16, 3, 3], 32, 20, 61482, 56449 },
        { [16, 16, 3, 3], 32, 12, 61612, 37677 },
        { [256, 256, 1, 1], 3, 630, 15190, 15256 },
        { [256, 256, 1, 1], 3, 533, 15257, 12981 },
        { [256, 256, 1, 1], 3, 308, 15283, 8136 },
        { [32, 32, 3, 3], 16, 95, 60144, 62145 },
        { [32, 32, 3, 3], 16, 79, 59661, 52460 },
        { [32, 32, 3, 3], 16, 48, 59712, 32870 },
        { [64, 128, 3, 3], 3, 728, 16357, 16953 },
        { [64, 128, 3, 3], 3, 608, 16324, 13747 },
        { [64, 128, 3, 3], 3, 358, 16355, 8380 },
        { [64, 32, 3, 3], 2, 186, 1911, 2054 },
        { [64, 32, 3, 3], 2, 158, 1908, 1782 },
        { [64, 32, 3, 3], 2, 94, 1907, 1206 },
        { [64, 64, 1, 1], 16, 36, 35314, 28314 },
        { [64, 64, 1, 1], 16, 30, 33940, 24501 },
        { [64, 64, 1, 1], 16, 16, 31791, 16045 },
        { [64, 64, 3, 3], 8, 358, 58659, 55538 },
        { [64, 64, 3, 3], 8, 305, 58668, 49735 },
        { [64, 64, 3, 3], 8, 184, 58784, 29918 },
        { [8, 16, 3, 3], 32, 23, 35064, 63597 },
        { [8, 16, 3, 3], 32, 18, 34729, 51764 },
        { [8, 16, 3, 3], 32, 11, 34749, 35582 },
    };

    [Theory]
    [MemberData(nameof(Measured))]
    public void A_sparse_kernel_is_taken_where_it_is_faster_and_nowhere_else(int[] dimensions, int size, int steps, int dense, int sparse)
    {
        var takesSparse = KernelChoice.Run(Layer(dimensions, size, steps), Tier.Avx512Vbmi, isPlanar: false) is SparseKernel;
        if (takesSparse)
            Assert.InRange(sparse, 0, dense * (1 + Spread));
        else
            Assert.InRange(dense, 0, sparse * (1 + WorthIt));
    }

    /// <summary>Many segments with few weights each cost their loops: the same steps are worth less there.</summary>
    [Fact]
    public void Empty_segments_cost_time()
    {
        var (few, many) = (Cycles(inputs: 64, kernel: 1), Cycles(inputs: 64, kernel: 5));
        Assert.True(many > few * 1.5, $"{few} and {many}");

        static double Cycles(int inputs, int kernel)
        {
            var layer = Layer([16, inputs, kernel, kernel], 2, steps: 1);
            return ImageCosts.Sparse(layer.Node, (SparseKernel)KernelChoice.Run(layer, Tier.Avx512Vbmi, isPlanar: false));
        }
    }

    private static WeightedLayer Layer(int[] dimensions, int size, int steps)
    {
        var isLinear = dimensions.Length == 2;
        var elements = dimensions.Aggregate((a, b) => a * b);
        var node = new QuantizedNode
        {
            Name = "l", Op = isLinear ? QuantizedOp.Linear : QuantizedOp.Conv2d, Inputs = [0], Scale = 1, ZeroPoint = 0, Format = MemoryFormat.Contiguous,
            Shape = isLinear ? Shape.Flat(dimensions[0]) : Shape.Image(dimensions[0], size, size),
            Window = isLinear ? null : new Window(dimensions[2], dimensions[3]),
            Weight = new WeightInfo(dimensions, true, 0, true, elements) { SparseSteps = steps, EmptyBlocks = 0 },
        };
        return new WeightedLayer(node, isLinear ? Shape.Flat(dimensions[1]) : Shape.Image(dimensions[1], size, size), 1);
    }
}
