namespace CompileTime.Reference;

/// <summary>torch.flatten: in NCHW order the bytes stay where they are.</summary>
internal static class Flatten
{
    public static void Run(ReadOnlySpan<byte> x, Span<byte> y) => x.CopyTo(y);
}
