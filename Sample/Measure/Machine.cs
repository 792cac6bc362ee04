using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Sample.Measure;

/// <summary>What numbers were measured on, in words that do not name the machine itself.</summary>
internal static class Machine
{
    /// <summary>Processor, cores, instruction sets, .NET.</summary>
    public static string Description =>
        $"{Processor}, {Environment.ProcessorCount} cores, {InstructionSets}; {RuntimeInformation.FrameworkDescription}, "
        + $"{Platform} {RuntimeInformation.ProcessArchitecture}";

    private static string Platform => OperatingSystem.IsWindows() ? "Windows" : OperatingSystem.IsMacOS() ? "macOS" : "Linux";

    private static string Processor
    {
        get
        {
            const string file = "/proc/cpuinfo";
            var lines = File.Exists(file) ? File.ReadLines(file) : [];
            var model = lines.FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal));
            return model?.Split(':', 2)[1].Trim()
                ?? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER")
                ?? "unknown processor";
        }
    }

    private static string InstructionSets
    {
        get
        {
            if (Avx512BW.IsSupported)
                return "AVX-512";
            if (AvxVnni.IsSupported)
                return "AVX-VNNI";
            return Avx2.IsSupported ? "AVX2" : "no AVX2";
        }
    }
}
