using System.Text.Json;

namespace CompileTime.Benchmarks.Compile;

/// <summary>What a build took.</summary>
/// <param name="SourceBytes">Characters of generated code.</param>
/// <param name="VnniBytes">Those of the kernels that use AVX-VNNI.</param>
/// <param name="Seconds">Of the compiler's process, the generator included.</param>
/// <param name="PeakBytes">Of that process.</param>
/// <param name="FirstNew">Seconds of decoding and packing the weights.</param>
internal sealed record BuildCost(int SourceBytes, int VnniBytes, double Seconds, long PeakBytes, double FirstNew)
{
    public string Write() => JsonSerializer.Serialize(this);

    public static BuildCost Read(string text) => JsonSerializer.Deserialize<BuildCost>(text)!;
}
