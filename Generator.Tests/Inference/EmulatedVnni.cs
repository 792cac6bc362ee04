using System.Reflection;

namespace CompileTime.Generator.Tests.Inference;

/// <summary>
/// vpdpbusd for processors without it, written down from Intel's description, under the name that .NET gives it: compiled together with
/// generated code it takes the place of the framework's class, and the code is the one that is shipped.
/// </summary>
internal static class EmulatedVnni
{
    public const string Source = """
        namespace System.Runtime.Intrinsics.X86
        {
            public abstract class AvxVnni
            {
                public static long Calls;

                public static bool IsSupported => true;

                public static Vector256<int> MultiplyWideningAndAdd(Vector256<int> addend, Vector256<byte> left, Vector256<sbyte> right)
                {
                    Calls++;
                    for (var lane = 0; lane < 8; lane++)
                    {
                        var sum = addend.GetElement(lane);
                        for (var i = 4 * lane; i < (4 * lane) + 4; i++)
                            sum = unchecked(sum + (left.GetElement(i) * right.GetElement(i)));
                        addend = addend.WithElement(lane, sum);
                    }

                    return addend;
                }

                public abstract class V512
                {
                    public static long Calls;

                    public static bool IsSupported => true;

                    public static Vector512<int> MultiplyWideningAndAdd(Vector512<int> addend, Vector512<byte> left, Vector512<sbyte> right)
                    {
                        Calls++;
                        for (var lane = 0; lane < 16; lane++)
                        {
                            var sum = addend.GetElement(lane);
                            for (var i = 4 * lane; i < (4 * lane) + 4; i++)
                                sum = unchecked(sum + (left.GetElement(i) * right.GetElement(i)));
                            addend = addend.WithElement(lane, sum);
                        }

                        return addend;
                    }
                }
            }
        }
        """;

    /// <summary>How often a step was taken.</summary>
    /// <param name="compiled">Where the stub was compiled.</param>
    /// <param name="name">Its class.</param>
    public static long Calls(Assembly compiled, string name) =>
        (long)compiled.GetType("System.Runtime.Intrinsics.X86." + name)!.GetField("Calls")!.GetValue(null)!;
}
