namespace Sample.Pipeline;

/// <summary>A way to int8 after training.</summary>
/// <param name="Name">For the table.</param>
/// <param name="Quantize">Backend and observers.</param>
/// <param name="Options">What Convert does beyond them.</param>
internal sealed record QuantizationRecipe(string Name, QuantizeAttribute Quantize, ConvertOptions Options)
{
    /// <summary>Whether the first layer stays float32, and so the input.</summary>
    public bool FloatFirst { get; init; }

    /// <summary>Whether what follows the last convolution stays float32: pool, Flatten, Linear.</summary>
    public bool FloatLast { get; init; }

    /// <summary>The backends as they are, then one step more at a time.</summary>
    public static IReadOnlyList<QuantizationRecipe> All { get; } =
    [
        new("Fbgemm", new(Int8, Backend.Fbgemm), new()),
        new("Fbgemm, Percentile 99.99", new(Int8, Backend.Fbgemm) { Activation = Observer.Percentile }, new()),
        new("Fbgemm, Mse", new(Int8, Backend.Fbgemm) { Activation = Observer.Mse }, new()),
        new("Fbgemm, Entropy", new(Int8, Backend.Fbgemm) { Activation = Observer.Entropy }, new()),
        new("Fbgemm, BiasCorrection", new(Int8, Backend.Fbgemm), new() { BiasCorrection = true }),
        new("Fbgemm, Equalize", new(Int8, Backend.Fbgemm), new() { Equalize = true }),
        new("Fbgemm, Equalize, BiasCorrection", new(Int8, Backend.Fbgemm), new() { Equalize = true, BiasCorrection = true }),
        new("Fbgemm, SearchScales", new(Int8, Backend.Fbgemm), new() { SearchScales = true }),
        new("Fbgemm, Mse, SearchScales", new(Int8, Backend.Fbgemm) { Activation = Observer.Mse }, new() { SearchScales = true }),
        new("Fbgemm, first layer float32", new(Int8, Backend.Fbgemm), new()) { FloatFirst = true },
        new("Fbgemm, first layer float32, SearchScales", new(Int8, Backend.Fbgemm), new() { SearchScales = true }) { FloatFirst = true },
        new("Fbgemm, pool and classifier float32", new(Int8, Backend.Fbgemm), new()) { FloatLast = true },
        new("Fbgemm, pool and classifier float32, SearchScales", new(Int8, Backend.Fbgemm), new() { SearchScales = true })
        {
            FloatLast = true,
        },
        new("Fbgemm, Mse for weights, Equalize, BiasCorrection", new(Int8, Backend.Fbgemm) { Weight = Observer.Mse },
            new() { Equalize = true, BiasCorrection = true }),
        new("Weights alone in int8", new(Int8, Backend.Fbgemm) { Mode = WeightOnly }, new()),
        new("X86", new(Int8, Backend.X86), new()),
        new("OneDnn", new(Int8, Backend.OneDnn), new()),
        new("OneDnn, Mse", new(Int8, Backend.OneDnn) { Activation = Observer.Mse }, new()),
        new("OneDnn, Mse for weights, Equalize, BiasCorrection", new(Int8, Backend.OneDnn) { Weight = Observer.Mse },
            new() { Equalize = true, BiasCorrection = true }),
        new("OneDnn, SearchScales", new(Int8, Backend.OneDnn), new() { SearchScales = true }),
        new("Qnnpack", new(Int8, Backend.Qnnpack), new()),
        new("Qnnpack, Equalize", new(Int8, Backend.Qnnpack), new() { Equalize = true }),
        new("Qnnpack, Mse for weights, Equalize, BiasCorrection", new(Int8, Backend.Qnnpack) { Weight = Observer.Mse },
            new() { Equalize = true, BiasCorrection = true }),
        new("Qnnpack, SearchScales", new(Int8, Backend.Qnnpack), new() { SearchScales = true }),
    ];
}
