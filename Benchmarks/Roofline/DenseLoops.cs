using System.Runtime.CompilerServices;

namespace CompileTime.Benchmarks.Roofline;

/// <summary>
/// The inner loops of dense kernels with nothing around them: six positions times two vectors of outputs in registers, weights and
/// inputs from the nearest cache. Written out, since the sums must stay in registers.
/// </summary>
internal static unsafe class DenseLoops<TVector, TWidth>
    where TVector : unmanaged
    where TWidth : struct, IWidth<TVector>
{
    /// <summary>Products of a step, in vectors of bytes.</summary>
    public const int Products = 12;

    /// <summary>Sums that a loop keeps.</summary>
    public const int Sums = 12;

    /// <summary>Each product widened at once: vpmaddubsw, vpmaddwd, vpaddd.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Widened(byte* from, TVector* sink, int steps)
    {
        var ones = TWidth.Ones;
        TVector sum0 = default;
        TVector sum1 = default;
        TVector sum2 = default;
        TVector sum3 = default;
        TVector sum4 = default;
        TVector sum5 = default;
        TVector sum6 = default;
        TVector sum7 = default;
        TVector sum8 = default;
        TVector sum9 = default;
        TVector sum10 = default;
        TVector sum11 = default;
        for (; steps > 0; steps--, from += 2 * sizeof(TVector))
        {
            var w0 = *(TVector*)(from + (0 * sizeof(TVector)));
            var w1 = *(TVector*)(from + (1 * sizeof(TVector)));
            var x0 = TWidth.Broadcast(from + 0);
            sum0 = TWidth.AddInts(sum0, TWidth.MultiplyWords(TWidth.MultiplyBytes(x0, w0), ones));
            sum1 = TWidth.AddInts(sum1, TWidth.MultiplyWords(TWidth.MultiplyBytes(x0, w1), ones));
            var x1 = TWidth.Broadcast(from + 4);
            sum2 = TWidth.AddInts(sum2, TWidth.MultiplyWords(TWidth.MultiplyBytes(x1, w0), ones));
            sum3 = TWidth.AddInts(sum3, TWidth.MultiplyWords(TWidth.MultiplyBytes(x1, w1), ones));
            var x2 = TWidth.Broadcast(from + 8);
            sum4 = TWidth.AddInts(sum4, TWidth.MultiplyWords(TWidth.MultiplyBytes(x2, w0), ones));
            sum5 = TWidth.AddInts(sum5, TWidth.MultiplyWords(TWidth.MultiplyBytes(x2, w1), ones));
            var x3 = TWidth.Broadcast(from + 12);
            sum6 = TWidth.AddInts(sum6, TWidth.MultiplyWords(TWidth.MultiplyBytes(x3, w0), ones));
            sum7 = TWidth.AddInts(sum7, TWidth.MultiplyWords(TWidth.MultiplyBytes(x3, w1), ones));
            var x4 = TWidth.Broadcast(from + 16);
            sum8 = TWidth.AddInts(sum8, TWidth.MultiplyWords(TWidth.MultiplyBytes(x4, w0), ones));
            sum9 = TWidth.AddInts(sum9, TWidth.MultiplyWords(TWidth.MultiplyBytes(x4, w1), ones));
            var x5 = TWidth.Broadcast(from + 20);
            sum10 = TWidth.AddInts(sum10, TWidth.MultiplyWords(TWidth.MultiplyBytes(x5, w0), ones));
            sum11 = TWidth.AddInts(sum11, TWidth.MultiplyWords(TWidth.MultiplyBytes(x5, w1), ones));
        }

        sink[0] = sum0;
        sink[1] = sum1;
        sink[2] = sum2;
        sink[3] = sum3;
        sink[4] = sum4;
        sink[5] = sum5;
        sink[6] = sum6;
        sink[7] = sum7;
        sink[8] = sum8;
        sink[9] = sum9;
        sink[10] = sum10;
        sink[11] = sum11;
    }

    /// <summary>Products added in int16 and never widened: vpmaddubsw, vpaddw.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void InWords(byte* from, TVector* sink, int steps)
    {
        TVector sum0 = default;
        TVector sum1 = default;
        TVector sum2 = default;
        TVector sum3 = default;
        TVector sum4 = default;
        TVector sum5 = default;
        TVector sum6 = default;
        TVector sum7 = default;
        TVector sum8 = default;
        TVector sum9 = default;
        TVector sum10 = default;
        TVector sum11 = default;
        for (; steps > 0; steps--, from += 2 * sizeof(TVector))
        {
            var w0 = *(TVector*)(from + (0 * sizeof(TVector)));
            var w1 = *(TVector*)(from + (1 * sizeof(TVector)));
            var x0 = TWidth.Broadcast(from + 0);
            sum0 = TWidth.AddWords(sum0, TWidth.MultiplyBytes(x0, w0));
            sum1 = TWidth.AddWords(sum1, TWidth.MultiplyBytes(x0, w1));
            var x1 = TWidth.Broadcast(from + 4);
            sum2 = TWidth.AddWords(sum2, TWidth.MultiplyBytes(x1, w0));
            sum3 = TWidth.AddWords(sum3, TWidth.MultiplyBytes(x1, w1));
            var x2 = TWidth.Broadcast(from + 8);
            sum4 = TWidth.AddWords(sum4, TWidth.MultiplyBytes(x2, w0));
            sum5 = TWidth.AddWords(sum5, TWidth.MultiplyBytes(x2, w1));
            var x3 = TWidth.Broadcast(from + 12);
            sum6 = TWidth.AddWords(sum6, TWidth.MultiplyBytes(x3, w0));
            sum7 = TWidth.AddWords(sum7, TWidth.MultiplyBytes(x3, w1));
            var x4 = TWidth.Broadcast(from + 16);
            sum8 = TWidth.AddWords(sum8, TWidth.MultiplyBytes(x4, w0));
            sum9 = TWidth.AddWords(sum9, TWidth.MultiplyBytes(x4, w1));
            var x5 = TWidth.Broadcast(from + 20);
            sum10 = TWidth.AddWords(sum10, TWidth.MultiplyBytes(x5, w0));
            sum11 = TWidth.AddWords(sum11, TWidth.MultiplyBytes(x5, w1));
        }

        sink[0] = sum0;
        sink[1] = sum1;
        sink[2] = sum2;
        sink[3] = sum3;
        sink[4] = sum4;
        sink[5] = sum5;
        sink[6] = sum6;
        sink[7] = sum7;
        sink[8] = sum8;
        sink[9] = sum9;
        sink[10] = sum10;
        sink[11] = sum11;
    }

    /// <summary>Two products added in int16 and widened together, as dense convolutions do; two times the products of the others.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Pairs(byte* from, TVector* sink, int steps)
    {
        var ones = TWidth.Ones;
        TVector sum0 = default;
        TVector sum1 = default;
        TVector sum2 = default;
        TVector sum3 = default;
        TVector sum4 = default;
        TVector sum5 = default;
        TVector sum6 = default;
        TVector sum7 = default;
        TVector sum8 = default;
        TVector sum9 = default;
        TVector sum10 = default;
        TVector sum11 = default;
        for (; steps > 0; steps--, from += 4 * sizeof(TVector))
        {
            var w0 = *(TVector*)(from + (0 * sizeof(TVector)));
            var v0 = *(TVector*)(from + (2 * sizeof(TVector)));
            var w1 = *(TVector*)(from + (1 * sizeof(TVector)));
            var v1 = *(TVector*)(from + (3 * sizeof(TVector)));
            var x0 = TWidth.Broadcast(from + 0);
            var z0 = TWidth.Broadcast(from + 64);
            var pair0 = TWidth.AddWords(TWidth.MultiplyBytes(x0, w0), TWidth.MultiplyBytes(z0, v0));
            sum0 = TWidth.AddInts(sum0, TWidth.MultiplyWords(pair0, ones));
            var pair1 = TWidth.AddWords(TWidth.MultiplyBytes(x0, w1), TWidth.MultiplyBytes(z0, v1));
            sum1 = TWidth.AddInts(sum1, TWidth.MultiplyWords(pair1, ones));
            var x1 = TWidth.Broadcast(from + 4);
            var z1 = TWidth.Broadcast(from + 68);
            var pair2 = TWidth.AddWords(TWidth.MultiplyBytes(x1, w0), TWidth.MultiplyBytes(z1, v0));
            sum2 = TWidth.AddInts(sum2, TWidth.MultiplyWords(pair2, ones));
            var pair3 = TWidth.AddWords(TWidth.MultiplyBytes(x1, w1), TWidth.MultiplyBytes(z1, v1));
            sum3 = TWidth.AddInts(sum3, TWidth.MultiplyWords(pair3, ones));
            var x2 = TWidth.Broadcast(from + 8);
            var z2 = TWidth.Broadcast(from + 72);
            var pair4 = TWidth.AddWords(TWidth.MultiplyBytes(x2, w0), TWidth.MultiplyBytes(z2, v0));
            sum4 = TWidth.AddInts(sum4, TWidth.MultiplyWords(pair4, ones));
            var pair5 = TWidth.AddWords(TWidth.MultiplyBytes(x2, w1), TWidth.MultiplyBytes(z2, v1));
            sum5 = TWidth.AddInts(sum5, TWidth.MultiplyWords(pair5, ones));
            var x3 = TWidth.Broadcast(from + 12);
            var z3 = TWidth.Broadcast(from + 76);
            var pair6 = TWidth.AddWords(TWidth.MultiplyBytes(x3, w0), TWidth.MultiplyBytes(z3, v0));
            sum6 = TWidth.AddInts(sum6, TWidth.MultiplyWords(pair6, ones));
            var pair7 = TWidth.AddWords(TWidth.MultiplyBytes(x3, w1), TWidth.MultiplyBytes(z3, v1));
            sum7 = TWidth.AddInts(sum7, TWidth.MultiplyWords(pair7, ones));
            var x4 = TWidth.Broadcast(from + 16);
            var z4 = TWidth.Broadcast(from + 80);
            var pair8 = TWidth.AddWords(TWidth.MultiplyBytes(x4, w0), TWidth.MultiplyBytes(z4, v0));
            sum8 = TWidth.AddInts(sum8, TWidth.MultiplyWords(pair8, ones));
            var pair9 = TWidth.AddWords(TWidth.MultiplyBytes(x4, w1), TWidth.MultiplyBytes(z4, v1));
            sum9 = TWidth.AddInts(sum9, TWidth.MultiplyWords(pair9, ones));
            var x5 = TWidth.Broadcast(from + 20);
            var z5 = TWidth.Broadcast(from + 84);
            var pair10 = TWidth.AddWords(TWidth.MultiplyBytes(x5, w0), TWidth.MultiplyBytes(z5, v0));
            sum10 = TWidth.AddInts(sum10, TWidth.MultiplyWords(pair10, ones));
            var pair11 = TWidth.AddWords(TWidth.MultiplyBytes(x5, w1), TWidth.MultiplyBytes(z5, v1));
            sum11 = TWidth.AddInts(sum11, TWidth.MultiplyWords(pair11, ones));
        }

        sink[0] = sum0;
        sink[1] = sum1;
        sink[2] = sum2;
        sink[3] = sum3;
        sink[4] = sum4;
        sink[5] = sum5;
        sink[6] = sum6;
        sink[7] = sum7;
        sink[8] = sum8;
        sink[9] = sum9;
        sink[10] = sum10;
        sink[11] = sum11;
    }
}
