namespace CompileTime;

/// <summary>How important a weight is: what has the lowest score is pruned first.</summary>
public enum PruningMethod
{
    /// <summary>
    /// The absolute value, as torch.nn.utils.prune.l1_unstructured; of a structure or block the sum of them, as ln_structured with
    /// n = 1. Equal scores: the lowest flat index first.
    /// </summary>
    L1,

    /// <summary>The norm of a structure or block, as ln_structured: see <see cref="PruneAttribute.Norm"/>. Of single weights as
    /// L1.</summary>
    Ln,

    /// <summary>Chance, from the trainer's seed, as random_unstructured and random_structured.</summary>
    Random,
}

/// <summary>
/// The methods under their short names: <c>[Prune(0.6, L1)]</c>. The package imports them statically. <c>Random</c> is not among them,
/// because it would make every <c>Random.Shared</c> in a project ambiguous; a model class that prunes by it gets the name as a constant of
/// its own.
/// </summary>
public static class PruningMethods
{
    /// <inheritdoc cref="PruningMethod.L1"/>
    public const PruningMethod L1 = PruningMethod.L1;

    /// <inheritdoc cref="PruningMethod.Ln"/>
    public const PruningMethod Ln = PruningMethod.Ln;
}

/// <summary>What is pruned as one.</summary>
public enum Structure
{
    /// <summary>Each weight by itself.</summary>
    Unstructured,

    /// <summary>
    /// Dimension 0: all weights of one output. The output's bias, and its channel of a BatchNorm that follows, are pruned with it, so that
    /// it is exactly zero and Convert can take it out (torch.nn.utils.prune masks the weight only). Filters that can only be taken out
    /// together are one unit, as in DepGraph: those of both operands of an Add, of a depthwise convolution and its input, of a group of
    /// another grouped convolution and its inputs. A unit is ranked by the mean of its filters' norms, each divided by the mean norm of
    /// its layer. It is pruned if all its layers have the same rule; others stay, and a diagnostic says so.
    /// </summary>
    Filter,

    /// <summary>Dimension 1: all weights that read one input channel.</summary>
    Channel,

    /// <summary>
    /// Whole layers, of two kinds. A residual branch, which an Add leads past by its other operand, the skip. The skip is the value that
    /// the branch starts from, or comes from it by fewer layers with weights (a projection). All weights of the branch are pruned with the
    /// biases and BatchNorms, so that it is exactly zero. And a layer outside of branches, neither the first nor the last one with weights,
    /// whose input and output shapes agree: it becomes the identity, with the BatchNorm that only it feeds; an activation stays. All are
    /// ranked together by the mean norm of the weights, of a branch those of its last layer, times the root of the weights of one
    /// output (the size that initialization gives them): lowest first. On a layer method the layer must be the last one of a branch,
    /// or one that can become the identity.
    /// </summary>
    Layer,
}

/// <summary>What is ranked together.</summary>
public enum Scope
{
    /// <summary>All layers that the attribute applies to, as prune.global_unstructured.</summary>
    Global,

    /// <summary>Each layer by itself.</summary>
    Local,
}

/// <summary>
/// Prunes weights of Linear and Conv2d layers. On a layer method it stands for the class's: <c>[Prune(0)]</c> leaves the layer as it is.
/// <list type="table">
/// <item><term><c>[Prune(0.6, L1)]</c></term><description>the 60 % smallest weights</description></item>
/// <item><term><c>[Prune(0.6, L1, Scope = Scope.Local)]</c></term><description>60 % of each layer</description></item>
/// <item><term><c>[Prune(0.5, L1, Structure.Filter)]</c></term><description>half of the filters, with all that can only go
/// with them</description></item>
/// <item><term><c>[Prune(0.5, Ln, Structure.Filter, Norm = 2)]</c></term><description>half of the filters, by their
/// 2-norm</description></item>
/// <item><term><c>[Prune(0.3, L1, Structure.Layer)]</c></term><description>30 % of the whole layers: residual
/// branches, and layers whose input and output shapes agree</description></item>
/// <item><term><c>[Prune(0.8, L1, Block = [16, 4])]</c></term><description>80 % of the weights, in blocks of 16
/// outputs and 4 inputs</description></item>
/// <item><term><c>[Prune(0.25, Random)]</c></term><description>a quarter, by chance</description></item>
/// <item><term><c>[Prune(Threshold = 1e-3)]</c></term><description>whatever is below</description></item>
/// <item><term><c>[PruneNofM(2, 4)]</c></term><description>all but 2 of every 4 (<see cref="PruneNofMAttribute"/>)</description></item>
/// </list>
/// On a class, structures of several layers are ranked together by their norm divided by the mean norm of their layer, as Torch-Pruning
/// does, and a layer keeps one as long as others can go; filters of layers that give the network's output are never pruned.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, Inherited = false)]
public sealed class PruneAttribute : Attribute
{
    /// <summary>Prunes a fraction.</summary>
    /// <param name="amount">Fraction in [0, 1] of weights, also where these are pruned in blocks, or of structures; the count is rounded
    /// half to even, as PyTorch does.</param>
    /// <param name="method">How they are chosen; by default those with the smallest magnitudes, <see cref="PruningMethod.L1"/>.</param>
    /// <param name="structure">What is pruned as one; by default each weight by itself.</param>
    public PruneAttribute(double amount, PruningMethod method = PruningMethod.L1, Structure structure = Structure.Unstructured)
        : this(method, structure) => Amount = amount;

    /// <summary>Prunes a number. Mind that 1 is one weight and 1.0 is all of them.</summary>
    /// <param name="count">Weights, structures or blocks to prune, at least 0.</param>
    /// <param name="method">How they are chosen; by default those with the smallest magnitudes, <see cref="PruningMethod.L1"/>.</param>
    /// <param name="structure">What is pruned as one; by default each weight by itself.</param>
    public PruneAttribute(int count, PruningMethod method = PruningMethod.L1, Structure structure = Structure.Unstructured)
        : this(method, structure)
    {
        Amount = count;
        IsCount = true;
    }

    /// <summary>Prunes what is below <see cref="Threshold"/>, which must be given.</summary>
    /// <param name="method">What is compared: absolute values (the default, <see cref="PruningMethod.L1"/>), or norms of structures and
    /// blocks.</param>
    /// <param name="structure">What is pruned as one; by default each weight by itself.</param>
    public PruneAttribute(PruningMethod method = PruningMethod.L1, Structure structure = Structure.Unstructured)
    {
        Method = method;
        Structure = structure;
    }

    /// <summary>Fraction or number; 0 where there is a <see cref="Threshold"/>.</summary>
    public double Amount { get; }

    /// <summary>Whether <see cref="Amount"/> is a number.</summary>
    public bool IsCount { get; }

    /// <summary>How they are chosen.</summary>
    public PruningMethod Method { get; }

    /// <summary>What is pruned as one.</summary>
    public Structure Structure { get; }

    /// <summary>Instead of an amount: prunes every weight (structure, block) whose score is less. Positive and finite.</summary>
    public double Threshold { get; set; } = double.NaN;

    /// <summary>
    /// The n of <see cref="PruningMethod.Ln"/>: 1, 2, any other number but 0, or an infinity (the largest, the smallest element). Default
    /// 2.
    /// </summary>
    public double Norm { get; set; } = 2;

    /// <summary>
    /// Instead of a <see cref="Structure"/>: the dimension of the weight (<c>[out, in]</c>, <c>[out, in / groups, kh, kw]</c>) whose
    /// slices are
    /// pruned as one, as ln_structured's dim; negative from the end. Masks the weight only.
    /// </summary>
    public int Dim { get; set; } = int.MinValue;

    /// <summary>
    /// Instead of a <see cref="Structure"/>: blocks of <c>[outputs, inputs]</c> are pruned as one. In a Conv2d a block lies at one place
    /// of the
    /// kernel and spans input channels. At the edges blocks are smaller; they are ranked by the root mean power of their elements. A
    /// fraction is one of the weights, not of the blocks: blocks go in the order of their scores, up to the one that brings the share
    /// nearest. A number counts blocks.
    /// </summary>
    public int[] Block { get; set; } = [];

    /// <summary>What is ranked together. Default: all layers of the class; a layer method's own attribute is always local.</summary>
    public Scope Scope { get; set; }
}

/// <summary>
/// Keeps the <paramref name="n"/> largest magnitudes of every <paramref name="m"/> consecutive inputs of each output, and prunes the rest:
/// <c>[PruneNofM(2, 4)]</c> is the 2:4 pattern. In a Conv2d the inputs are the input channels at one place of the kernel. On a class,
/// layers
/// whose inputs do not divide by <paramref name="m"/> are left as they are.
/// </summary>
/// <param name="n">Kept of each group, at least 1.</param>
/// <param name="m">Size of a group, more than <paramref name="n"/>.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, Inherited = false)]
public sealed class PruneNofMAttribute(int n, int m) : Attribute
{
    /// <summary>Kept of each group.</summary>
    public int N { get; } = n;

    /// <summary>Size of a group.</summary>
    public int M { get; } = m;
}
