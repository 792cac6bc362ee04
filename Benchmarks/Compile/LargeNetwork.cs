using CompileTime.Benchmarks.Networks;
using CompileTime.Shared;

namespace CompileTime.Benchmarks.Compile;

/// <summary>A declared network with some ten million weights, 60 % of which are pruned.</summary>
/// <param name="Name">In the table.</param>
/// <param name="Declaration">The attributes of its class.</param>
internal sealed record LargeNetwork(string Name, string Declaration)
{
    public const string Class = "Net";

    public static IReadOnlyList<LargeNetwork> All { get; } =
    [
        new("6 Linear", "[Model(1024)]\n[Linear(2048), ReLU, Linear(2048), ReLU, Linear(1024), ReLU, Linear(1024), ReLU, Linear(512), ReLU, Linear(10)]\n"),
        new("44 Conv2d", "[Model(16, 8, 8)]\n" + string.Concat(Enumerable.Repeat("[Conv2d(160, 3, Padding = 1), BatchNorm, ReLU]\n", 44))
            + "[GlobalAvgPool2d, Flatten, Linear(10)]\n"),
        new("1 Conv2d", "[Model(1024, 4, 4)]\n[Conv2d(1024, 3, Padding = 1), ReLU, GlobalAvgPool2d, Flatten, Linear(10)]\n"),
    ];

    public string Source => "using CompileTime; using static CompileTime.Precision; using static CompileTime.PruningMethods;\n" + Declaration
        + "[Prune(0.6, L1), Quantize(Int8, Backend.Fbgemm)]\npublic partial class " + Class + ";\n";

    /// <summary>Writes source and artifact.</summary>
    /// <returns>What the class declares.</returns>
    public NetworkDefinition Save(string folder)
    {
        File.WriteAllText(Path.Combine(folder, Class + ".cs"), Source);
        var definition = DefinitionText.Read(CompiledProject.Definition(Source), 1, out _)!;
        PreparedNetwork.Create(definition).Model.Save(Path.Combine(folder, Class));
        return definition;
    }
}
