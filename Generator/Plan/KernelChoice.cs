using CompileTime.Shared;

namespace CompileTime.Generator.Plan;

/// <summary>A Linear or Conv2d as the choice of its kernel sees it.</summary>
/// <param name="FeaturePositions">Linear: positions of the image that its features are a view of; 1 otherwise.</param>
internal sealed record WeightedLayer(QuantizedNode Node, Shape Input, int FeaturePositions)
{
    public WeightInfo Weight => Node.Weight!;

    public bool IsLinear => Node.Op is QuantizedOp.Linear or QuantizedOp.DynamicLinear;

    public int KernelHeight => IsLinear ? 1 : Node.Window!.KernelHeight;

    public int KernelWidth => IsLinear ? 1 : Node.Window!.KernelWidth;

    /// <summary>Input channels of one group; features of a Linear.</summary>
    public int Inputs => Weight.Dimensions[1];

    public bool IsDepthwise => !IsLinear && Node.Groups > 1 && Node.Groups == Input.Channels && Node.Groups == Weight.Outputs;

    /// <summary>One row of the kernel covers a contiguous stretch of an image kept channels last.</summary>
    public bool HasContiguousRows => DenseLayout.HasContiguousRows(Node);
}

/// <summary>Chooses the kernel of one layer for one tier, and says why.</summary>
internal static class KernelChoice
{
    // Inputs and sums of these stay in registers beside indices and weights.
    private const int SparsePositions = 8;

    // Of fewer steps there are too few fours for a loop of their own.
    private const int StepsForFours = 8;

    // Estimates are right to about ten per cent, and a sparse kernel that is slower than the dense one is worse than none.
    private const double InDoubt = 0.9;

    public static KernelPlan Run(WeightedLayer layer, Tier tier, bool isPlanar)
    {
        if (layer.Node.IsFloat && layer.Node.Op != QuantizedOp.DynamicLinear)
        {
            return new FloatKernel(new FloatLayout(layer.Node), layer.Weight.IsFloat
                ? "float32: eight outputs at a time"
                : "float32 with int8 weights, which are dequantized when they are loaded");
        }

        if (isPlanar && !layer.IsLinear)
            return PlanarKernels.Plan(layer, tier);
        if (tier == Tier.Portable)
            return new NonzeroKernel("one multiplication per kept weight");
        var registers = RegisterFile.Of(tier);
        if (layer.IsDepthwise)
        {
            return new DepthwiseKernel(new DepthwiseLayout(layer.Weight.Outputs, layer.KernelHeight, layer.KernelWidth,
                layer.Node.Window!.StrideWidth, registers.Lanes), "depthwise: channels are the lanes, four taps of the kernel a step");
        }

        var dense = Dense(layer, registers);
        return tier == Tier.Avx512Vbmi && layer.Weight is { ZeroPoint: 0, SparseSteps: > 0 }
            && SparseGeometry.Of(layer.Node) is { } geometry ? Cheaper(layer, geometry, dense) : dense;
    }

    private static KernelPlan Cheaper(WeightedLayer layer, SparseGeometry geometry, DenseKernel dense) =>
        layer.IsLinear ? CheaperLinear(layer, geometry, dense) : CheaperConv(layer, geometry, dense);

    // A sparse step reads two vectors and permutes; a dense one reads one vector and multiplies.
    private static KernelPlan CheaperLinear(WeightedLayer layer, SparseGeometry geometry, DenseKernel dense)
    {
        var denseSteps = ImageCosts.UsedSteps(layer.Node, dense.Layout) * dense.Layout.Vectors;
        var sparseCycles = (layer.Weight.SparseSteps * KernelCosts.SparseStep)
            + (geometry.Groups * KernelCosts.SparseOutput);
        var denseCycles = (denseSteps * KernelCosts.LinearStep) + (dense.Layout.Vectors * KernelCosts.LinearOutput);
        return Choose(new SparseKernel(geometry, 1, ""), dense, sparseCycles, denseCycles);
    }

    private static KernelPlan CheaperConv(WeightedLayer layer, SparseGeometry geometry, DenseKernel dense)
    {
        var sparse = new SparseKernel(geometry, BestPositions(layer.Node.Shape.Width, SparsePositions), "");
        var (sparseCycles, denseCycles) = (ImageCosts.Sparse(layer.Node, sparse), ImageCosts.Dense(layer.Node, dense));
        return Choose(sparse, dense, sparseCycles, denseCycles);
    }

    private static KernelPlan Choose(SparseKernel sparse, DenseKernel dense, double sparseCycles, double denseCycles)
    {
        var cycles = "estimated at " + ImageCosts.Text(sparseCycles) + " cycles, dense at " + ImageCosts.Text(denseCycles);
        return sparseCycles < InDoubt * denseCycles
            ? sparse with { Reason = "sparse, gathered by byte permutes: " + cycles }
            : dense with { Reason = dense.Reason + "; sparse would not be faster: " + cycles };
    }

    private static DenseKernel Dense(WeightedLayer layer, RegisterFile registers)
    {
        var outputs = layer.Weight.Outputs / layer.Node.Groups;
        // Few outputs leave half of a wide vector empty; a narrow one does the same in fewer cycles.
        var lanes = outputs <= 8 ? 8 : registers.Lanes;
        var vectors = (outputs + lanes - 1) / lanes;
        var tileVectors = System.Math.Min(vectors, layer.IsLinear ? registers.LinearVectors : registers.ConvVectors);
        var layout = new DenseLayout(layer.Weight.Outputs, layer.Node.Groups, layer.Inputs, layer.KernelHeight, layer.KernelWidth,
            !layer.HasContiguousRows, lanes, tileVectors);
        var positions = layer.IsLinear ? 1 : BestPositions(layer.Node.Shape.Width, registers.Accumulators / tileVectors);
        // A Linear waits for its weights, not for its multipliers. Weights of four steps need registers, and vectors that share inputs.
        var addedSteps = layer.IsLinear ? 1 : tileVectors > 1 && layout.Steps >= StepsForFours ? registers.AddedSteps : 2;
        return new DenseKernel(layout, positions, addedSteps, layer.IsLinear
            ? "dense: four inputs a step are broadcast to " + Numbers.Text(tileVectors * lanes) + " outputs"
            : "dense: tiles of " + Numbers.Text(positions) + " positions x " + Numbers.Text(tileVectors * lanes) + " outputs in registers");
    }

    // The last tile of a row overlaps the one before: the fewest tiles first, then the widest that gives no more of them.
    private static int BestPositions(int width, int most)
    {
        most = System.Math.Max(1, System.Math.Min(most, width));
        var tiles = (width + most - 1) / most;
        return (width + tiles - 1) / tiles;
    }
}
