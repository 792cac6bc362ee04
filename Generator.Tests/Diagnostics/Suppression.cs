using CompileTime.Generator.Tests.Harness;

namespace CompileTime.Generator.Tests.Diagnostics;

/// <summary>
/// Diagnostics are silenced in the ways of C#. (The harness also runs every markup test a second time below a #pragma that
/// disables what it expects, and expects silence.)
/// </summary>
public class Suppression
{
    [Fact]
    public Task By_pragma() => Analyze.Run(
        """
        #pragma warning disable CT3001
        [Model(4)] [Linear(2)] public partial class A;
        """,
        untrained: true);

    [Fact]
    public Task By_attribute() => Analyze.Run(
        """
        [System.Diagnostics.CodeAnalysis.SuppressMessage("CompileTime.Artifact", "CT3001")]
        [Model(4)] [Linear(2)] public partial class A;
        """,
        untrained: true);

    [Fact]
    public Task An_error_too() => Analyze.Run(
        """
        #pragma warning disable CT1201
        [Model(4)] [Linear(0)] public partial class A;
        """);
}
