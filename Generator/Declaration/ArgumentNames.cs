namespace CompileTime.Generator.Declaration;

/// <summary>Constructor and function parameters are known by the name of the property they set.</summary>
internal static class ArgumentNames
{
    /// <summary><c>kernelSize</c> is <c>KernelSize</c>.</summary>
    public static string OfParameter(string name) => char.ToUpperInvariant(name[0]) + name.Substring(1);
}
