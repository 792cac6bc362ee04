namespace CompileTime.Shared;

/// <summary>How layers are quantized, as declared; everything by its enum member's name.</summary>
/// <param name="Precision"><c>Int8</c> or <c>Float32</c>; to the latter nothing else applies.</param>
/// <param name="Backend">Whose qconfig.</param>
internal sealed record QuantizeRule(string Precision, string Backend)
{
    public const string Default = "Default";
    public const string Static = "Static";

    /// <summary>What <see cref="Percentile"/> is where nothing is declared.</summary>
    public const double DefaultPercentile = 99.99;

    public const int DefaultWeightBits = 8;

    /// <summary>What weights can have instead.</summary>
    public const int ReducedWeightBits = 7;

    /// <summary>Layers stay as they are.</summary>
    public static QuantizeRule Float { get; } = new("Float32", "Fbgemm");

    /// <summary><c>Static</c>, <c>Dynamic</c> or <c>WeightOnly</c>.</summary>
    public string Mode { get; init; } = Static;

    /// <summary>The observer of activations; <c>Default</c> for the backend's.</summary>
    public string Activation { get; init; } = Default;

    /// <summary>The observer of weights; <c>Default</c> for the backend's.</summary>
    public string Weight { get; init; } = Default;

    /// <summary>For an observer named <c>Percentile</c>: percent of the values within the range.</summary>
    public double Percentile { get; init; } = DefaultPercentile;

    /// <summary>8, or 7 for weights in -64..63.</summary>
    public int WeightBits { get; init; } = DefaultWeightBits;

    public bool IsFloat => Precision == Float.Precision;

    public bool HasPercentile => Activation == "Percentile" || Weight == "Percentile";
}
