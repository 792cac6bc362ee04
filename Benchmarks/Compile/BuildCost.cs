using System.Text.Json;

namespace CompileTime.Benchmarks.Compile;

/// <summary>What a build took, in a process that has just started.</summary>
/// <param name="SourceBytes">Characters of generated code.</param>
/// <param name="VnniBytes">Those of the kernels that use AVX-VNNI.</param>
/// <param name="Generator">Seconds of processor time.</param>
/// <param name="Compiler">Seconds of processor time.</param>
/// <param name="PeakBytes">Of the process, when the assembly was written.</param>
/// <param name="FirstNew">Seconds of processor time of decoding and packing the weights.</param>
internal sealed record BuildCost(int SourceBytes, int VnniBytes, double Generator, double Compiler, long PeakBytes, double FirstNew)
{
    public string Write() => JsonSerializer.Serialize(this);

    public static BuildCost Read(string text) => JsonSerializer.Deserialize<BuildCost>(text)!;
}
