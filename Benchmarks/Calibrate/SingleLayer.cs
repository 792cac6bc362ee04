using CompileTime.Benchmarks.Networks;
using CompileTime.Shared;

namespace CompileTime.Benchmarks.Calibrate;

/// <summary>A network of one layer, to measure its kernel by itself.</summary>
/// <param name="Input">What it reads.</param>
/// <param name="Outputs">Channels.</param>
/// <param name="Kernel">Size of a Conv2d's kernel; 0 for a Linear.</param>
/// <param name="Pruned">The fraction of weights that are zero.</param>
internal sealed record SingleLayer(Shape Input, int Outputs, int Kernel, double Pruned)
{
    /// <summary>Whether each channel is convolved by itself.</summary>
    public bool IsDepthwise { get; init; }

    /// <summary>Whether its images lie as planes.</summary>
    public bool IsPlanar { get; init; }

    public string Name => $"{Input.Channels}{(Kernel == 0 ? "" : $"x{Input.Height}x{Input.Width}")} -> {Outputs}"
        + $"{(Kernel == 0 ? "" : $", {Kernel}x{Kernel}")}, {100 * Pruned:0} % pruned";

    public static SingleLayer Linear(int inputs, int outputs, double pruned = 0) => new(Shape.Flat(inputs), outputs, 0, pruned);

    public static SingleLayer Conv(int channels, int size, int outputs, int kernel, double pruned = 0) =>
        new(Shape.Image(channels, size, size), outputs, kernel, pruned);

    /// <summary>The network, quantized.</summary>
    public CompressedModel Prepare() => PreparedNetwork.Create(new NetworkDefinition
    {
        ModelName = "Benchmarks.Layer",
        InputShape = Input,
        Quantize = new QuantizeRule("Int8", "Fbgemm"),
        Layers = [Kernel == 0 ? Layer(LayerKind.Linear, Shape.Flat(Outputs)) : Conv2d()],
    }).Model;

    private LayerDefinition Conv2d() => Layer(LayerKind.Conv2d, Shape.Image(Outputs, Input.Height, Input.Width)) with
    {
        Window = new Window(Kernel, Kernel, Top: Kernel / 2, Left: Kernel / 2, Bottom: Kernel / 2, Right: Kernel / 2),
        Groups = IsDepthwise ? Input.Channels : 1,
    };

    private LayerDefinition Layer(LayerKind kind, Shape output) => new()
    {
        Name = "Layer",
        Kind = kind,
        Inputs = [NetworkDefinition.InputName],
        InputShape = Input,
        OutputShape = output,
        Bias = true,
        Prune = Pruned > 0 ? new PruneRule("L1", Pruned, IsCount: false, IsGlobal: false) : null,
    };
}
