using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CompileTime.Inference;

/// <summary>QuantizedMath.Quantize on vectors: the steps that the input kernels share.</summary>
internal static unsafe class InputVectors
{
    // The largest float32 below 2^31: what FBGEMM clips to before it converts.
    public const float Largest = 2147483520f;

    /// <summary>16 values, or 16 stored bytes as the values they stand for: two roundings, never a fused multiply-add.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load<T>(T* source, Vector512<float> scale, Vector512<float> offset)
        where T : unmanaged =>
        typeof(T) == typeof(float)
            ? *(Vector512<float>*)source
            : (Avx512F.ConvertToVector512Single(Avx512F.ConvertToVector512Int32(*(Vector128<byte>*)source)) * scale) + offset;

    /// <summary>The same for eight, with AVX2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load8<T>(T* source, float scale, float offset)
        where T : unmanaged =>
        typeof(T) == typeof(float)
            ? *(Vector256<float>*)source
            : (Avx.ConvertToVector256Single(Avx2.ConvertToVector256Int32((byte*)source)) * Vector256.Create(scale)) + Vector256.Create(offset);

    /// <summary>Values in steps, to the nearest: what is not a byte becomes one later.</summary>
    /// <remarks>
    /// The order of the minimum's operands matters: vminps returns the second one where either is NaN. So a product that is NaN (0 times an
    /// inverse that is infinite) becomes <see cref="Largest"/>, as in QuantizedMath.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Steps(Vector512<float> values, Vector512<float> inverse) =>
        Avx512F.ConvertToVector512Int32(Avx512F.Min(values * inverse, Vector512.Create(Largest)));

    /// <summary>Stays zero as long as values are finite, and is NaN from then on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Watch(Vector512<float> watched, Vector512<float> values) =>
        Avx512F.FusedMultiplyAdd(values, Vector512<float>.Zero, watched);

    /// <summary>Whether all that was watched is finite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsFinite(Vector512<float> watched) => Vector512.EqualsAll(watched, Vector512<float>.Zero);

    /// <summary>
    /// Steps to bytes. Adding the zero point in int16, where sums saturate, is exact: whatever saturates is beyond 0..255. In each part of
    /// 128 bits stand four bytes of <paramref name="a"/>, four of <paramref name="b"/>, and so on.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Pack(Vector512<int> a, Vector512<int> b, Vector512<int> c, Vector512<int> d, Vector512<short> zeroPoint) =>
        Avx512BW.PackUnsignedSaturate(
            Avx512BW.AddSaturate(Avx512BW.PackSignedSaturate(a, b), zeroPoint),
            Avx512BW.AddSaturate(Avx512BW.PackSignedSaturate(c, d), zeroPoint));
}
