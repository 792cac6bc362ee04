using System.Runtime.Intrinsics.X86;

namespace CompileTime;

/// <summary>The instruction sets that inference code is generated for. The answers are the same bytes with each.</summary>
public enum InstructionSet
{
    /// <summary>Plain C#, on any processor.</summary>
    Portable,

    /// <summary>256-bit vectors: Haswell (2013), Zen and later.</summary>
    Avx2,

    /// <summary>512-bit vectors with AVX-512 F, BW and VL: Skylake-X, Zen 4 and later.</summary>
    Avx512,

    /// <summary>AVX-512 with VBMI, whose byte permutes make sparse layers fast: Ice Lake, Zen 4 and later.</summary>
    Avx512Vbmi,
}

/// <summary>What the processor at hand offers.</summary>
public static class InstructionSets
{
    /// <summary>The best set that the processor and the runtime support.</summary>
    public static InstructionSet Best =>
        Avx512Vbmi.IsSupported && Avx512BW.VL.IsSupported ? InstructionSet.Avx512Vbmi
        : Avx512BW.IsSupported && Avx512BW.VL.IsSupported ? InstructionSet.Avx512
        : Avx2.IsSupported && Fma.IsSupported ? InstructionSet.Avx2
        : InstructionSet.Portable;
}
