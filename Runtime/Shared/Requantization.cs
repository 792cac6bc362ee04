namespace CompileTime.Shared;

/// <summary>
/// The float32 constants of FBGEMM's output stage, computed once per output channel in exactly its order of operations:
/// <c>q = clamp(rne((acc + Bias) * Multiplier) + zeroPoint)</c>, where for one scale for all weights the bias is added with
/// a fused multiply-add instead (<see cref="Reciprocal"/>).
/// </summary>
internal static class Requantization
{
    /// <summary><c>f(sx * sw)</c>: what one unit of the integer accumulator is worth.</summary>
    public static float AccumulatorScale(float inputScale, float weightScale) => inputScale * weightScale;

    /// <summary><c>f(f(sx * sw) / sy)</c>.</summary>
    public static float Multiplier(float accumulatorScale, float outputScale) => accumulatorScale / outputScale;

    /// <summary>Per-channel weights: <c>f(bias / f(sx * sw))</c>, added to <c>f(acc)</c> with a rounding of its own.</summary>
    public static float Bias(float bias, float accumulatorScale) => bias / accumulatorScale;

    /// <summary>Per-tensor weights: <c>f(1.0 / f(sx * sw))</c> for <c>fma(bias, reciprocal, f(acc))</c>.</summary>
    public static float Reciprocal(float accumulatorScale) => (float)(1.0 / accumulatorScale);
}
