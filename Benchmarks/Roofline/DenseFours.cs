using System.Runtime.CompilerServices;

namespace CompileTime.Benchmarks.Roofline;

/// <summary>
/// Four products added in int16 and widened together, as dense convolutions do where weights allow it: the tile of
/// <see cref="DenseLoops{TVector, TWidth}"/>, four times its products. Written out, since the sums must stay in registers.
/// </summary>
internal static unsafe class DenseFours<TVector, TWidth>
    where TVector : unmanaged
    where TWidth : struct, IWidth<TVector>
{
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run(byte* from, TVector* sink, int steps)
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
        for (; steps > 0; steps--, from += 8 * sizeof(TVector))
        {
            var w0 = *(TVector*)(from + (0 * sizeof(TVector)));
            var w1 = *(TVector*)(from + (1 * sizeof(TVector)));
            var w2 = *(TVector*)(from + (2 * sizeof(TVector)));
            var w3 = *(TVector*)(from + (3 * sizeof(TVector)));
            var w4 = *(TVector*)(from + (4 * sizeof(TVector)));
            var w5 = *(TVector*)(from + (5 * sizeof(TVector)));
            var w6 = *(TVector*)(from + (6 * sizeof(TVector)));
            var w7 = *(TVector*)(from + (7 * sizeof(TVector)));
            var x00 = TWidth.Broadcast(from + 0);
            var x01 = TWidth.Broadcast(from + 32);
            var x02 = TWidth.Broadcast(from + 64);
            var x03 = TWidth.Broadcast(from + 96);
            var low0 = TWidth.AddWords(TWidth.MultiplyBytes(x00, w0), TWidth.MultiplyBytes(x01, w2));
            var high0 = TWidth.AddWords(TWidth.MultiplyBytes(x02, w4), TWidth.MultiplyBytes(x03, w6));
            sum0 = TWidth.AddInts(sum0, TWidth.MultiplyWords(TWidth.AddWords(low0, high0), ones));
            var low1 = TWidth.AddWords(TWidth.MultiplyBytes(x00, w1), TWidth.MultiplyBytes(x01, w3));
            var high1 = TWidth.AddWords(TWidth.MultiplyBytes(x02, w5), TWidth.MultiplyBytes(x03, w7));
            sum1 = TWidth.AddInts(sum1, TWidth.MultiplyWords(TWidth.AddWords(low1, high1), ones));
            var x10 = TWidth.Broadcast(from + 4);
            var x11 = TWidth.Broadcast(from + 36);
            var x12 = TWidth.Broadcast(from + 68);
            var x13 = TWidth.Broadcast(from + 100);
            var low2 = TWidth.AddWords(TWidth.MultiplyBytes(x10, w0), TWidth.MultiplyBytes(x11, w2));
            var high2 = TWidth.AddWords(TWidth.MultiplyBytes(x12, w4), TWidth.MultiplyBytes(x13, w6));
            sum2 = TWidth.AddInts(sum2, TWidth.MultiplyWords(TWidth.AddWords(low2, high2), ones));
            var low3 = TWidth.AddWords(TWidth.MultiplyBytes(x10, w1), TWidth.MultiplyBytes(x11, w3));
            var high3 = TWidth.AddWords(TWidth.MultiplyBytes(x12, w5), TWidth.MultiplyBytes(x13, w7));
            sum3 = TWidth.AddInts(sum3, TWidth.MultiplyWords(TWidth.AddWords(low3, high3), ones));
            var x20 = TWidth.Broadcast(from + 8);
            var x21 = TWidth.Broadcast(from + 40);
            var x22 = TWidth.Broadcast(from + 72);
            var x23 = TWidth.Broadcast(from + 104);
            var low4 = TWidth.AddWords(TWidth.MultiplyBytes(x20, w0), TWidth.MultiplyBytes(x21, w2));
            var high4 = TWidth.AddWords(TWidth.MultiplyBytes(x22, w4), TWidth.MultiplyBytes(x23, w6));
            sum4 = TWidth.AddInts(sum4, TWidth.MultiplyWords(TWidth.AddWords(low4, high4), ones));
            var low5 = TWidth.AddWords(TWidth.MultiplyBytes(x20, w1), TWidth.MultiplyBytes(x21, w3));
            var high5 = TWidth.AddWords(TWidth.MultiplyBytes(x22, w5), TWidth.MultiplyBytes(x23, w7));
            sum5 = TWidth.AddInts(sum5, TWidth.MultiplyWords(TWidth.AddWords(low5, high5), ones));
            var x30 = TWidth.Broadcast(from + 12);
            var x31 = TWidth.Broadcast(from + 44);
            var x32 = TWidth.Broadcast(from + 76);
            var x33 = TWidth.Broadcast(from + 108);
            var low6 = TWidth.AddWords(TWidth.MultiplyBytes(x30, w0), TWidth.MultiplyBytes(x31, w2));
            var high6 = TWidth.AddWords(TWidth.MultiplyBytes(x32, w4), TWidth.MultiplyBytes(x33, w6));
            sum6 = TWidth.AddInts(sum6, TWidth.MultiplyWords(TWidth.AddWords(low6, high6), ones));
            var low7 = TWidth.AddWords(TWidth.MultiplyBytes(x30, w1), TWidth.MultiplyBytes(x31, w3));
            var high7 = TWidth.AddWords(TWidth.MultiplyBytes(x32, w5), TWidth.MultiplyBytes(x33, w7));
            sum7 = TWidth.AddInts(sum7, TWidth.MultiplyWords(TWidth.AddWords(low7, high7), ones));
            var x40 = TWidth.Broadcast(from + 16);
            var x41 = TWidth.Broadcast(from + 48);
            var x42 = TWidth.Broadcast(from + 80);
            var x43 = TWidth.Broadcast(from + 112);
            var low8 = TWidth.AddWords(TWidth.MultiplyBytes(x40, w0), TWidth.MultiplyBytes(x41, w2));
            var high8 = TWidth.AddWords(TWidth.MultiplyBytes(x42, w4), TWidth.MultiplyBytes(x43, w6));
            sum8 = TWidth.AddInts(sum8, TWidth.MultiplyWords(TWidth.AddWords(low8, high8), ones));
            var low9 = TWidth.AddWords(TWidth.MultiplyBytes(x40, w1), TWidth.MultiplyBytes(x41, w3));
            var high9 = TWidth.AddWords(TWidth.MultiplyBytes(x42, w5), TWidth.MultiplyBytes(x43, w7));
            sum9 = TWidth.AddInts(sum9, TWidth.MultiplyWords(TWidth.AddWords(low9, high9), ones));
            var x50 = TWidth.Broadcast(from + 20);
            var x51 = TWidth.Broadcast(from + 52);
            var x52 = TWidth.Broadcast(from + 84);
            var x53 = TWidth.Broadcast(from + 116);
            var low10 = TWidth.AddWords(TWidth.MultiplyBytes(x50, w0), TWidth.MultiplyBytes(x51, w2));
            var high10 = TWidth.AddWords(TWidth.MultiplyBytes(x52, w4), TWidth.MultiplyBytes(x53, w6));
            sum10 = TWidth.AddInts(sum10, TWidth.MultiplyWords(TWidth.AddWords(low10, high10), ones));
            var low11 = TWidth.AddWords(TWidth.MultiplyBytes(x50, w1), TWidth.MultiplyBytes(x51, w3));
            var high11 = TWidth.AddWords(TWidth.MultiplyBytes(x52, w5), TWidth.MultiplyBytes(x53, w7));
            sum11 = TWidth.AddInts(sum11, TWidth.MultiplyWords(TWidth.AddWords(low11, high11), ones));
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
