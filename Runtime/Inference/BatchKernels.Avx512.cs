using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CompileTime.Inference;

/// <summary>Sixteen features of 64 samples at a time: both turns are those of 4 x 4 bytes, numbers and 128-bit parts within vectors.</summary>
public static unsafe partial class BatchKernels
{
    private const int Block = 16;

    // The last block overlaps the one before: what is computed twice gives the same.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool QuantizeBlocks<T>(NodeHeader* header, float scale, float offset, T* source, byte* target, int features)
        where T : unmanaged
    {
        var watched = Vector512<float>.Zero;
        for (var next = 0; next < features; next += Block)
        {
            var first = Math.Min(next, features - Block);
            watched += QuantizeBlock(header, scale, offset, source + first, target + (first * Samples), features);
        }

        return InputVectors.IsFinite(watched);
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Vector512<float> QuantizeBlock<T>(NodeHeader* header, float scale, float offset, T* source, byte* target, int features)
        where T : unmanaged
    {
        var inverse = Vector512.Create(header->InverseScale);
        var zeroPoint = Vector512.Create((short)header->ZeroPoint);
        var (scales, offsets) = (Vector512.Create(scale), Vector512.Create(offset));
        var turn = Vector512.Create(Vector256.Create(Turn4, Turn4), Vector256.Create(Turn4, Turn4));
        var turned = stackalloc Vector512<byte>[16];
        var quads = stackalloc Vector512<byte>[4];
        var (watchedA, watchedB, watchedC, watchedD) =
            (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
        for (var group = 0; group < 4; group++)
        {
            for (var quad = 0; quad < 4; quad++, source += 4 * features)
            {
                var a = InputVectors.Load(source, scales, offsets);
                var b = InputVectors.Load(source + features, scales, offsets);
                var c = InputVectors.Load(source + (2 * features), scales, offsets);
                var d = InputVectors.Load(source + (3 * features), scales, offsets);
                if (typeof(T) == typeof(float))
                {
                    watchedA = InputVectors.Watch(watchedA, a);
                    watchedB = InputVectors.Watch(watchedB, b);
                    watchedC = InputVectors.Watch(watchedC, c);
                    watchedD = InputVectors.Watch(watchedD, d);
                }

                // A part holds four features of four samples.
                var bytes = InputVectors.Pack(InputVectors.Steps(a, inverse), InputVectors.Steps(b, inverse),
                    InputVectors.Steps(c, inverse), InputVectors.Steps(d, inverse), zeroPoint);
                quads[quad] = Avx512BW.Shuffle(bytes, turn);
            }

            // Each four bytes are a feature of four samples: then each part is a feature of 16.
            var (low01, low23) = (Avx512F.UnpackLow(quads[0].AsInt32(), quads[1].AsInt32()), Avx512F.UnpackLow(quads[2].AsInt32(), quads[3].AsInt32()));
            var (high01, high23) = (Avx512F.UnpackHigh(quads[0].AsInt32(), quads[1].AsInt32()), Avx512F.UnpackHigh(quads[2].AsInt32(), quads[3].AsInt32()));
            turned[group] = Avx512F.UnpackLow(low01.AsInt64(), low23.AsInt64()).AsByte();
            turned[4 + group] = Avx512F.UnpackHigh(low01.AsInt64(), low23.AsInt64()).AsByte();
            turned[8 + group] = Avx512F.UnpackLow(high01.AsInt64(), high23.AsInt64()).AsByte();
            turned[12 + group] = Avx512F.UnpackHigh(high01.AsInt64(), high23.AsInt64()).AsByte();
        }

        for (var feature = 0; feature < 4; feature++)
        {
            var from = turned + (4 * feature);
            TurnParts(from[0], from[1], from[2], from[3], out var part0, out var part1, out var part2, out var part3);
            *(Vector512<byte>*)(target + (feature * Samples)) = part0;
            *(Vector512<byte>*)(target + ((4 + feature) * Samples)) = part1;
            *(Vector512<byte>*)(target + ((8 + feature) * Samples)) = part2;
            *(Vector512<byte>*)(target + ((12 + feature) * Samples)) = part3;
        }

        return watchedA + watchedB + watchedC + watchedD;
    }

    // Rows of the result follow each other: what a store writes too much, the next one writes over. Only the last rows must not.
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void DequantizeBlocks(NodeHeader* header, byte* source, float* target, int features)
    {
        var last = stackalloc float[Block];
        for (var next = 0; next < features; next += Block)
        {
            var first = Math.Max(0, Math.Min(next, features - Block));
            DequantizeBlock(header, source + (first * Samples), Math.Min(Block, features - first), target + first, features, last);
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void DequantizeBlock(NodeHeader* header, byte* source, int count, float* target, int features, float* last)
    {
        var scale = Vector512.Create(header->Scale);
        var zeroPoint = Vector512.Create(header->ZeroPoint);
        var parts = Vector512.Create(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
        var turned = stackalloc Vector512<byte>[16];
        for (var feature = 0; feature < 4; feature++)
        {
            // Where there are fewer features, others are computed that nobody reads.
            TurnParts(Row(feature), Row(4 + feature), Row(8 + feature), Row(12 + feature),
                out turned[feature], out turned[4 + feature], out turned[8 + feature], out turned[12 + feature]);
        }

        var quads = stackalloc Vector512<byte>[4];
        for (var group = 0; group < 4; group++)
        {
            // Each part holds four features of 16 samples: then each four bytes are those of a sample.
            var from = turned + (4 * group);
            var (low01, low23) = (Avx512BW.UnpackLow(from[0], from[1]).AsInt16(), Avx512BW.UnpackLow(from[2], from[3]).AsInt16());
            var (high01, high23) = (Avx512BW.UnpackHigh(from[0], from[1]).AsInt16(), Avx512BW.UnpackHigh(from[2], from[3]).AsInt16());
            quads[0] = Avx512BW.UnpackLow(low01, low23).AsByte();
            quads[1] = Avx512BW.UnpackHigh(low01, low23).AsByte();
            quads[2] = Avx512BW.UnpackLow(high01, high23).AsByte();
            quads[3] = Avx512BW.UnpackHigh(high01, high23).AsByte();
            for (var quad = 0; quad < 4; quad++)
                quads[quad] = Avx512F.PermuteVar16x32(quads[quad].AsInt32(), parts).AsByte();
            for (var sample = 0; sample < 16; sample++)
            {
                var steps = Avx512F.ConvertToVector512Int32(((Vector128<byte>*)quads)[sample]) - zeroPoint;
                var values = Avx512F.ConvertToVector512Single(steps) * scale;
                var to = target + (((16L * group) + sample) * features);
                if (count == Block || (Samples - ((16 * group) + sample)) * features >= Block)
                {
                    *(Vector512<float>*)to = values;
                    Sse.Prefetch0(to + 32);
                    continue;
                }

                *(Vector512<float>*)last = values;
                new ReadOnlySpan<float>(last, count).CopyTo(new Span<float>(to, count));
            }
        }

        Vector512<byte> Row(int feature) => *(Vector512<byte>*)(source + (Math.Min(feature, count - 1) * Samples));
    }

    private static Vector128<byte> Turn4 => Vector128.Create((byte)0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);

    // Part i of vector j becomes part j of vector i.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TurnParts(Vector512<byte> a, Vector512<byte> b, Vector512<byte> c, Vector512<byte> d,
        out Vector512<byte> part0, out Vector512<byte> part1, out Vector512<byte> part2, out Vector512<byte> part3)
    {
        const byte Even = 0b10_00_10_00, Odd = 0b11_01_11_01;
        var (evenAB, oddAB) = (Avx512F.Shuffle4x128(a.AsInt32(), b.AsInt32(), Even), Avx512F.Shuffle4x128(a.AsInt32(), b.AsInt32(), Odd));
        var (evenCD, oddCD) = (Avx512F.Shuffle4x128(c.AsInt32(), d.AsInt32(), Even), Avx512F.Shuffle4x128(c.AsInt32(), d.AsInt32(), Odd));
        part0 = Avx512F.Shuffle4x128(evenAB, evenCD, Even).AsByte();
        part1 = Avx512F.Shuffle4x128(oddAB, oddCD, Even).AsByte();
        part2 = Avx512F.Shuffle4x128(evenAB, evenCD, Odd).AsByte();
        part3 = Avx512F.Shuffle4x128(oddAB, oddCD, Odd).AsByte();
    }
}
