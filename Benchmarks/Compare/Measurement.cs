using Sample.Measure;

namespace CompileTime.Benchmarks.Compare;

/// <summary>One network, variant and batch: microseconds per sample of each contender, measured in turns.</summary>
/// <param name="Network">Name of the network.</param>
/// <param name="Variant">How it was pruned.</param>
/// <param name="Batch">Samples a call.</param>
/// <param name="Macs">Multiply-accumulates of a sample after removal, zeros included.</param>
/// <param name="Ours">The generated engine.</param>
/// <param name="OnnxInt8">ONNX Runtime on the exported int8 network (QDQ).</param>
/// <param name="OnnxFloat">ONNX Runtime on the exported float network.</param>
internal sealed record Measurement(string Network, string Variant, int Batch, long Macs, Spread Ours, Spread OnnxInt8, Spread OnnxFloat)
{
    public double FasterPeer => Math.Min(OnnxInt8.Median, OnnxFloat.Median);

    /// <summary>How many times the faster peer's time is ours.</summary>
    public double Ratio => FasterPeer / Ours.Median;
}
