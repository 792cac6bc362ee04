using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CompileTime.Benchmarks.Roofline;

/// <summary>
/// The inner loop of sparse convolutions: a step's indices gather the inputs of eight positions by vpermb, and its weights are
/// multiplied with all of them. AVX-512 VBMI.
/// </summary>
internal static unsafe class SparseLoop
{
    /// <summary>Products of a step, in vectors of bytes, and sums.</summary>
    public const int Products = 8;

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run(byte* from, Vector512<byte>* sink, int steps)
    {
        var ones = Vector512.Create((short)1);
        var input0 = *(Vector512<byte>*)(from + 0);
        var input1 = *(Vector512<byte>*)(from + 64);
        var input2 = *(Vector512<byte>*)(from + 128);
        var input3 = *(Vector512<byte>*)(from + 192);
        var input4 = *(Vector512<byte>*)(from + 256);
        var input5 = *(Vector512<byte>*)(from + 320);
        var input6 = *(Vector512<byte>*)(from + 384);
        var input7 = *(Vector512<byte>*)(from + 448);
        var sum0 = Vector512<int>.Zero;
        var sum1 = Vector512<int>.Zero;
        var sum2 = Vector512<int>.Zero;
        var sum3 = Vector512<int>.Zero;
        var sum4 = Vector512<int>.Zero;
        var sum5 = Vector512<int>.Zero;
        var sum6 = Vector512<int>.Zero;
        var sum7 = Vector512<int>.Zero;
        for (; steps > 0; steps--, from += 128)
        {
            var indices = *(Vector512<byte>*)from;
            var weights = *(Vector512<sbyte>*)(from + 64);
            var x0 = Avx512BW.MultiplyAddAdjacent(Avx512Vbmi.PermuteVar64x8(input0, indices), weights);
            sum0 += Avx512BW.MultiplyAddAdjacent(x0, ones);
            var x1 = Avx512BW.MultiplyAddAdjacent(Avx512Vbmi.PermuteVar64x8(input1, indices), weights);
            sum1 += Avx512BW.MultiplyAddAdjacent(x1, ones);
            var x2 = Avx512BW.MultiplyAddAdjacent(Avx512Vbmi.PermuteVar64x8(input2, indices), weights);
            sum2 += Avx512BW.MultiplyAddAdjacent(x2, ones);
            var x3 = Avx512BW.MultiplyAddAdjacent(Avx512Vbmi.PermuteVar64x8(input3, indices), weights);
            sum3 += Avx512BW.MultiplyAddAdjacent(x3, ones);
            var x4 = Avx512BW.MultiplyAddAdjacent(Avx512Vbmi.PermuteVar64x8(input4, indices), weights);
            sum4 += Avx512BW.MultiplyAddAdjacent(x4, ones);
            var x5 = Avx512BW.MultiplyAddAdjacent(Avx512Vbmi.PermuteVar64x8(input5, indices), weights);
            sum5 += Avx512BW.MultiplyAddAdjacent(x5, ones);
            var x6 = Avx512BW.MultiplyAddAdjacent(Avx512Vbmi.PermuteVar64x8(input6, indices), weights);
            sum6 += Avx512BW.MultiplyAddAdjacent(x6, ones);
            var x7 = Avx512BW.MultiplyAddAdjacent(Avx512Vbmi.PermuteVar64x8(input7, indices), weights);
            sum7 += Avx512BW.MultiplyAddAdjacent(x7, ones);
        }

        sink[0] = sum0.AsByte();
        sink[1] = sum1.AsByte();
        sink[2] = sum2.AsByte();
        sink[3] = sum3.AsByte();
        sink[4] = sum4.AsByte();
        sink[5] = sum5.AsByte();
        sink[6] = sum6.AsByte();
        sink[7] = sum7.AsByte();
    }
}
