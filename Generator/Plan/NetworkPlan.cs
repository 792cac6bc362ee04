using System.Collections.Generic;
using System.Linq;
using CompileTime.Generator.Graph;
using CompileTime.Shared;

namespace CompileTime.Generator.Plan;

/// <summary>The instruction sets that code is generated for; names and order are those of the runtime's enum.</summary>
internal enum Tier
{
    Portable,
    Avx2,
    Avx512,
    Avx512Vbmi,
}

/// <summary>A value in scratch memory: channels last, with a border of the zero point that padding reads.</summary>
/// <param name="Start">Bytes from the start of the scratch memory.</param>
/// <param name="Shape">Without the border.</param>
/// <param name="ElementBytes">1 for bytes, 4 for float values.</param>
internal sealed record BufferPlan(int Start, Shape Shape, int Top, int Left, int Bottom, int Right, int ElementBytes = 1)
{
    /// <summary>Kernels may read and write whole vectors past the last element.</summary>
    public const int Slack = 128;

    /// <summary>Of planes vectors are read on both sides: the columns beside a row's ends.</summary>
    public const int PlanarSlack = 64;

    public int RowStride => (Left + Shape.Width + Right) * PositionBytes;

    /// <summary>Bytes from one position of a row to the next.</summary>
    public int PositionBytes => Shape.Channels * ElementBytes;

    /// <summary>Bytes from the start of the scratch memory to element (0, 0).</summary>
    public int Origin => Start + (Top * RowStride) + (Left * PositionBytes);

    /// <summary>Border included, slack not.</summary>
    public int Bytes => (Top + Shape.Height + Bottom) * RowStride;

    public bool HasBorder => (Top | Left | Bottom | Right) != 0;
}

/// <summary>How one layer is computed in one tier.</summary>
/// <param name="Reason">A sentence that says why, for the generated code's readers.</param>
/// <param name="Lanes">32-bit lanes of the vectors it uses; 0 for none.</param>
internal abstract record KernelPlan(string Reason, int Lanes)
{
    /// <summary>Whether two plans of a layer come to the same code.</summary>
    public virtual bool IsSame(KernelPlan other) => this with { Reason = "" } == other with { Reason = "" };
}

/// <summary>Over planes: 64 (or 32) neighbouring positions at a time, two kept weights a step.</summary>
internal sealed record PlanarKernel(PlanarLayout Layout, int PlanarLanes, string Reason) : KernelPlan(Reason, PlanarLanes)
{
    // The layout follows from the layer.
    public override bool IsSame(KernelPlan other) => other is PlanarKernel planar && planar.Lanes == Lanes;
}

/// <summary>Every weight is multiplied; a tile of positions times outputs stays in registers.</summary>
/// <param name="Positions">Output positions of a tile; 1 for a Linear.</param>
/// <param name="AddedSteps">Steps that are added in int16 at most: 1, 2 or 4.</param>
internal sealed record DenseKernel(DenseLayout Layout, int Positions, int AddedSteps, string Reason) : KernelPlan(Reason, Layout.Lanes);

/// <summary>Only the weights that are not zero, their inputs gathered by byte permutes (SparseGeometry).</summary>
/// <param name="Positions">Output positions of a tile; 1 for a Linear.</param>
internal sealed record SparseKernel(SparseGeometry Geometry, int Positions, string Reason) : KernelPlan(Reason, SparseGeometry.GroupOutputs);

/// <summary>Each channel by itself: channels are the lanes.</summary>
internal sealed record DepthwiseKernel(DepthwiseLayout Layout, string Reason) : KernelPlan(Reason, Layout.Lanes);

/// <summary>Float weights and values, eight outputs at a time (FloatLayout).</summary>
internal sealed record FloatKernel(FloatLayout Layout, string Reason) : KernelPlan(Reason, 0);

/// <summary>One multiplication per weight that is not zero, in plain C#.</summary>
internal sealed record NonzeroKernel(string Reason) : KernelPlan(Reason, 0);

/// <summary>One operator as it will be generated.</summary>
/// <param name="Index">Its number in the network.</param>
/// <param name="Identifier">Its name in generated code.</param>
/// <param name="Buffer">Where its value lies.</param>
/// <param name="Kernels">Per tier; empty for operators without weights and for views.</param>
/// <param name="SpansWholeBytes">Whether its value is calibrated to 0..255, not to 0..127.</param>
internal sealed record NodePlan(int Index, QuantizedNode Node, string Identifier, ValueLayout Value, BufferPlan Buffer,
    IReadOnlyDictionary<Tier, KernelPlan> Kernels, bool SpansWholeBytes)
{
    /// <summary>DynamicLinear: where its quantized input lies, behind what tells its scale and zero point; null for others.</summary>
    public BufferPlan? Staging { get; init; }

    /// <summary>Planar Conv2d: where the shifted planes of its input lie; null where it reads the value itself.</summary>
    public int? Workspace { get; init; }
}

/// <summary>Everything that is decided about a network: the emitter only prints it.</summary>
/// <param name="IsPlanar">Images are kept as planes instead of channels last.</param>
/// <param name="HasWideVnni">Whether the compilation has a vpdpbusd of 512 bits: AvxVnni.V512, since .NET 11.</param>
internal sealed record NetworkPlan(
    QuantizedNetwork Network, IReadOnlyList<NodePlan> Nodes, IReadOnlyList<Tier> Tiers, int ScratchBytes, bool IsPlanar, bool HasWideVnni)
{
    /// <summary>Whether kernels with vectors of that many lanes have a text with vpdpbusd; only some processors take it.</summary>
    public bool HasVnni(int lanes) => lanes == 8 || HasWideVnni;

    /// <summary>
    /// The tier in whose class a layer's text stands: the last of those that run the same kernel. With AVX-512 many do so with and without
    /// byte permutes, and half of the generated code would be there twice.
    /// </summary>
    public Tier TextOf(NodePlan node, Tier tier) => Tiers.Last(other => other == tier || node.Kernels[other].IsSame(node.Kernels[tier]));

    /// <summary>The bytes that a weighted layer's kernel reads: those of its input, or what became of it for this call.</summary>
    public BufferPlan InputOf(NodePlan node) => node.Staging ?? Nodes[node.Node.Inputs[0]].Buffer;

    /// <summary>Whether bytes above 127 are the rule in what a weighted layer reads.</summary>
    public bool InputSpansWholeBytes(NodePlan node) =>
        node.Staging is null ? Nodes[node.Node.Inputs[0]].SpansWholeBytes : !node.Node.ReduceRange;
}
