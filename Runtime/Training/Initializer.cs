namespace CompileTime.Training;

/// <summary>PyTorch's default initialisation of Linear and Conv2d.</summary>
internal static class Initializer
{
    /// <summary>
    /// kaiming_uniform_ with a = √5 is uniform in ±√(6 / ((1 + a²) fan_in)) = ±1/√fan_in; the bias has the same bound. Streams are
    /// told apart by layer and parameter, so a layer's weights do not depend on the layers before it.
    /// </summary>
    public static void Uniform(Parameter parameter, int fanIn, int seed, int layer, int parameterIndex)
    {
        var random = SeededRandom.For(seed, 1, layer, parameterIndex);
        var bound = 1 / MathF.Sqrt(fanIn);
        var values = parameter.Value;
        for (var i = 0; i < values.Length; i++)
            values[i] = ((2 * random.NextFloat()) - 1) * bound;
    }
}
