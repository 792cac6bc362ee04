using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CompileTime.Training;

/// <summary>
/// The two float32 matrix products that training consists of, single-threaded (slices of a batch run beside each other). Every
/// layer's forward and backward is one of them without transposing anything: what is contiguous decides which.
/// </summary>
internal static unsafe class Matrix
{
    /// <summary>
    /// C[m, n] (+)= A[m, k] B[k, n], where A's element (i, p) stands at <c>i * rowStride + p * columnStride</c> (so A may be a
    /// transposed view) and the rows of B and C are contiguous, <paramref name="ldb"/> and <paramref name="ldc"/> apart.
    /// </summary>
    public static void Multiply(int m, int n, int k, ReadOnlySpan<float> a, int rowStride, int columnStride,
        ReadOnlySpan<float> b, int ldb, Span<float> c, int ldc, bool accumulate)
    {
        if (m == 0 || n == 0)
            return;
        Require(a.Length, ((m - 1L) * rowStride) + ((k - 1L) * columnStride) + 1);
        Require(b.Length, ((k - 1L) * ldb) + n);
        Require(c.Length, ((m - 1L) * ldc) + n);
        fixed (float* pa = a, pb = b, pc = c)
        {
            if (Vector512.IsHardwareAccelerated)
                BroadcastKernel<Simd512>.Run(m, n, k, pa, rowStride, columnStride, pb, ldb, pc, ldc, accumulate);
            else
                BroadcastKernel<Simd256>.Run(m, n, k, pa, rowStride, columnStride, pb, ldb, pc, ldc, accumulate);
        }
    }

    /// <summary>C[m, n] (+)= A[m, k] B[n, k]ᵀ: dot products of rows, <paramref name="lda"/> and <paramref name="ldb"/> apart.</summary>
    public static void MultiplyTransposed(int m, int n, int k, ReadOnlySpan<float> a, int lda, ReadOnlySpan<float> b, int ldb,
        Span<float> c, int ldc, bool accumulate)
    {
        if (m == 0 || n == 0)
            return;
        Require(a.Length, ((m - 1L) * lda) + k);
        Require(b.Length, ((n - 1L) * ldb) + k);
        Require(c.Length, ((m - 1L) * ldc) + n);
        fixed (float* pa = a, pb = b, pc = c)
        {
            if (Vector512.IsHardwareAccelerated)
                DotKernel<Simd512>.Run(m, n, k, pa, lda, pb, ldb, pc, ldc, accumulate);
            else
                DotKernel<Simd256>.Run(m, n, k, pa, lda, pb, ldb, pc, ldc, accumulate);
        }
    }

    // The kernels use pointers: one check here instead of one per element.
    private static void Require(int length, long needed)
    {
        if (length < needed)
            throw new InvalidOperationException($"A matrix of {needed} elements was expected, {length} were given.");
    }
}
