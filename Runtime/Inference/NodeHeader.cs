using System.ComponentModel;
using System.Runtime.InteropServices;

namespace CompileTime.Inference;

/// <summary>
/// What generated code reads about one operator at run time. The headers of all operators stand at the start of the packed
/// weights; nothing that training determines is a constant in the code, so that the same code runs other weights too.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
[StructLayout(LayoutKind.Sequential, Size = 32)]
public struct NodeHeader
{
    /// <summary>Bytes from this header to the operator's block.</summary>
    public long Block;

    /// <summary>Scale of the operator's value.</summary>
    public float Scale;

    /// <summary><c>1f / Scale</c>.</summary>
    public float InverseScale;

    /// <summary>Zero point of the operator's value, 0..255.</summary>
    public int ZeroPoint;

    /// <summary>Per-tensor weights: <c>f(1.0 / f(sx * sw))</c>.</summary>
    public float Reciprocal;

    /// <summary>Zero point of the weights; not 0 only for affine per-tensor weights.</summary>
    public int WeightZeroPoint;

    /// <summary>The largest byte of the input for which the fast kernel's int16 sums are exact, 127..255; above, the wide one is called.</summary>
    public int FastLimit;
}
