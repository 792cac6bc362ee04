using CompileTime.Shared;

namespace CompileTime.Generator.Emit;

/// <summary>The spelling of one vector width: the same kernel text serves both.</summary>
internal sealed record Isa(string Name, string Vector, string Half, int Lanes)
{
    private const string X86 = "global::System.Runtime.Intrinsics.X86.";

    /// <summary>The vectors with this many 32-bit lanes.</summary>
    public static Isa Of(int lanes) => lanes == 8
        ? new Isa("Avx2", "Vector256", "Vector128", 8)
        : new Isa("Avx512", "Vector512", "Vector256", 16);

    /// <summary>Bytes of a vector: one step of all lanes.</summary>
    public int Bytes => Lanes * 4;

    private bool IsWide => Lanes == 16;

    public string Type(string element) => Vector + "<" + element + ">";

    /// <summary>u8 x s8, adjacent products added to int16 (exact while no u8 is above a limit that depends on the s8).</summary>
    public string MultiplyBytes(string unsigned, string signed) => (IsWide ? "Avx512BW" : "Avx2") + ".MultiplyAddAdjacent(" + unsigned + ", " + signed + ")";

    /// <summary>The class of vpdpbusd for these vectors. .NET 11 is the first to have the wide one.</summary>
    public string Vnni => IsWide ? "AvxVnni.V512" : "AvxVnni";

    /// <summary>s16 x s16, adjacent products added to int32.</summary>
    public string MultiplyWords(string a, string b) => (IsWide ? "Avx512BW" : "Avx2") + ".MultiplyAddAdjacent(" + a + ", " + b + ")";

    public string ToSingle(string value) => (IsWide ? "Avx512F.ConvertToVector512Single(" : "Avx.ConvertToVector256Single(") + value + ")";

    /// <summary>cvtps2dq: to nearest even, overflow to int.MinValue; the cross-platform conversions truncate and saturate.</summary>
    public string ToInt32(string value) => (IsWide ? "Avx512F.ConvertToVector512Int32(" : "Avx.ConvertToVector256Int32(") + value + ")";

    public string MultiplyAdd(string a, string b, string c) => (IsWide ? "Avx512F.FusedMultiplyAdd(" : "Fma.MultiplyAdd(") + a + ", " + b + ", " + c + ")";

    /// <summary>The type of a vector's worth of int16 after saturation.</summary>
    public string Words => Half + "<short>";

    public string SaturateToWords(string value) => IsWide
        ? "Avx512F.ConvertToVector256Int16WithSaturation(" + value + ")"
        : "Sse2.PackSignedSaturate(" + value + ".GetLower(), " + value + ".GetUpper())";

    public string AddSaturate(string a, string b) => (IsWide ? "Avx2" : "Sse2") + ".AddSaturate(" + a + ", " + b + ")";

    /// <summary>A vector's worth of bytes in the low lanes of a 128-bit vector.</summary>
    public string SaturateToBytes(string words) => IsWide
        ? "Sse2.PackUnsignedSaturate(" + words + ".GetLower(), " + words + ".GetUpper())"
        : "Sse2.PackUnsignedSaturate(" + words + ", " + words + ")";

    /// <summary>Zero-extended words of twice as many bytes as there are lanes.</summary>
    public string WidenBytes(string bytes) => (IsWide ? "Avx512BW.ConvertToVector512Int16(" : "Avx2.ConvertToVector256Int16(") + bytes + ")";

    /// <summary>Bytes or words of the low half of each 128-bit part of two vectors, in turns.</summary>
    public string UnpackLow(string a, string b) => (IsWide ? "Avx512BW" : "Avx2") + ".UnpackLow(" + a + ", " + b + ")";

    /// <summary>Bytes or words of the high half of each 128-bit part of two vectors, in turns.</summary>
    public string UnpackHigh(string a, string b) => (IsWide ? "Avx512BW" : "Avx2") + ".UnpackHigh(" + a + ", " + b + ")";

    /// <summary>int32 of two vectors to int16, 128-bit part by part.</summary>
    public string PackWords(string a, string b) => (IsWide ? "Avx512BW" : "Avx2") + ".PackSignedSaturate(" + a + ", " + b + ")";

    /// <summary>int16 of two vectors to bytes, 128-bit part by part.</summary>
    public string PackBytes(string a, string b) => (IsWide ? "Avx512BW" : "Avx2") + ".PackUnsignedSaturate(" + a + ", " + b + ")";

    /// <summary>Four bytes from each of four vectors stand together, part by part; together the bytes of each of the four instead.</summary>
    public string GatherQuarters(string bytes, string order) =>
        (IsWide ? "Avx512F.PermuteVar16x32(" : "Avx2.PermuteVar8x32(") + bytes + ".AsInt32(), " + order + ").AsByte()";

    /// <summary>The order that <see cref="GatherQuarters"/> takes.</summary>
    public string QuarterOrder => Vector + (IsWide ? ".Create(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15)" : ".Create(0, 4, 1, 5, 2, 6, 3, 7)");

    /// <summary>One of the quarters of a vector of bytes, as something to store.</summary>
    public string Quarter(string bytes, int quarter) => IsWide
        ? (quarter == 0 ? bytes + ".GetLower().GetLower()" : "Avx512F.ExtractVector128(" + bytes + ", " + Numbers.Text(quarter) + ")")
        : bytes + ".AsUInt64().GetElement(" + Numbers.Text(quarter) + ")";

    /// <summary>The type of a quarter.</summary>
    public string QuarterType => IsWide ? "Vector128<byte>" : "ulong";

    /// <summary>int16 sums of whole vectors.</summary>
    public string AddWords(string a, string b) => (IsWide ? "Avx512BW" : "Avx2") + ".AddSaturate(" + a + ", " + b + ")";
}
