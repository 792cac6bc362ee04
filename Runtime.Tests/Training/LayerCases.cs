using CompileTime.Shared;
using CompileTime.Training;

namespace CompileTime.Tests.Training;

/// <summary>One small network per layer and variant; the gradient and the forward tests both run through all of them.</summary>
internal static class LayerCases
{
    public static readonly IReadOnlyDictionary<string, NetworkText> All = new Dictionary<string, NetworkText>
    {
        ["linear"] = new NetworkText("7").Linear(5),
        ["linear, no bias, wide"] = new NetworkText("67").Linear(35, bias: false),
        ["linear of an image"] = new NetworkText("2x3x3").Flatten().Linear(4),
        ["linear, a single output"] = new NetworkText("33").Linear(1),
        ["conv"] = new NetworkText("2x5x6").Conv(3, 3),
        ["conv, padded"] = new NetworkText("3x7x5").Conv(4, 3, padding: 1),
        ["conv, wide rows"] = new NetworkText("1x3x37").Conv(2, 3, padding: 1),
        ["conv, 1x1"] = new NetworkText("5x3x4").Conv(6, 1),
        ["conv, 1x1 with stride"] = new NetworkText("5x5x4").Conv(6, new Window(1, 1, 2, 3)),
        ["conv, stride"] = new NetworkText("2x9x8").Conv(3, new Window(3, 2, 2, 3)),
        ["conv, each side padded differently"] = new NetworkText("2x6x5").Conv(3, new Window(3, 4, 2, 1, 1, 0, 3, 2)),
        ["conv, dilation"] = new NetworkText("2x9x7").Conv(3, new Window(3, 2, 1, 2, 2, 1, 0, 3, 2, 3)),
        ["conv, groups, no bias"] = new NetworkText("4x5x5").Conv(6, new Window(3, 3, 1, 1, 1, 1, 1, 1), groups: 2, bias: false),
        ["conv, depthwise"] = new NetworkText("3x6x5").Conv(3, new Window(3, 3, 2, 1, 1, 1, 1, 1), groups: 3),
        ["conv, depthwise with multiplier"] = new NetworkText("3x4x4").Conv(6, new Window(2, 2), groups: 3),
        ["conv, kernel as large as the image"] = new NetworkText("2x4x3").Conv(9, new Window(4, 3)),
        ["conv, mostly padding"] = new NetworkText("1x2x2").Conv(2, new Window(3, 3, 1, 1, 2, 2, 2, 2)),
        ["batch norm"] = new NetworkText("3x4x5").BatchNorm(),
        ["batch norm of features"] = new NetworkText("11").BatchNorm("0.01", "0.3"),
        ["relu"] = new NetworkText("37").ReLU(),
        ["relu6"] = new NetworkText("2x5x9").ReLU6(),
        ["sigmoid"] = new NetworkText("37").Elementwise("Sigmoid"),
        ["tanh"] = new NetworkText("2x3x7").Elementwise("Tanh"),
        ["hardsigmoid"] = new NetworkText("41").Elementwise("Hardsigmoid"),
        ["hardswish"] = new NetworkText("41").Elementwise("Hardswish"),
        ["leaky relu"] = new NetworkText("19").Elementwise("LeakyReLU", "negative_slope=0.01"),
        ["leaky relu, steep"] = new NetworkText("19").Elementwise("LeakyReLU", "negative_slope=-1.5"),
        ["gelu"] = new NetworkText("41").Elementwise("GELU"),
        ["silu"] = new NetworkText("41").Elementwise("SiLU"),
        ["elu"] = new NetworkText("41").Elementwise("ELU", "alpha=1"),
        ["elu, alpha"] = new NetworkText("2x3x3").Elementwise("ELU", "alpha=0.25"),
        ["max pool"] = new NetworkText("2x6x8").MaxPool(new Window(2, 2, 2, 2)),
        ["max pool, overlapping, padded"] = new NetworkText("2x7x6").MaxPool(new Window(3, 3, 2, 2, 1, 1, 1, 1)),
        ["max pool, ceil"] = new NetworkText("1x6x7").MaxPool(new Window(3, 2, 2, 3), ceil: true),
        ["max pool, dilation, padded"] = new NetworkText("2x8x9").MaxPool(new Window(3, 2, 1, 2, 1, 0, 1, 1, 2, 3)),
        ["avg pool"] = new NetworkText("2x6x8").AvgPool(new Window(2, 3, 2, 3)),
        ["avg pool, padding counted"] = new NetworkText("2x7x6").AvgPool(new Window(3, 3, 2, 2, 1, 1, 1, 1)),
        ["avg pool, padding not counted"] = new NetworkText("2x7x6").AvgPool(new Window(3, 3, 2, 2, 1, 1, 1, 1), countPad: false),
        ["avg pool, ceil, padding counted"] = new NetworkText("1x6x8").AvgPool(new Window(3, 3, 2, 2, 1, 1, 1, 1), ceil: true),
        ["avg pool, ceil, padding not counted"] = new NetworkText("1x6x8").AvgPool(new Window(3, 3, 2, 2, 1, 0, 0, 1), ceil: true,
            countPad: false),
        ["avg pool, divisor"] = new NetworkText("1x5x5").AvgPool(new Window(2, 2, 1, 1, 1, 1, 0, 0), divisor: 3),
        ["global pool"] = new NetworkText("3x5x7").Adaptive(1, 1),
        ["adaptive pool, even"] = new NetworkText("2x6x8").Adaptive(3, 2),
        ["adaptive pool, uneven"] = new NetworkText("2x7x5").Adaptive(3, 4),
        ["adaptive pool, larger than the input"] = new NetworkText("1x2x3").Adaptive(3, 5),
        ["add"] = new NetworkText("2x3x3").Add("input", "input"),
        ["concat"] = new NetworkText("2x3x3").Concat("input", "input", "input"),
        ["flatten"] = new NetworkText("2x3x3").Flatten(),
        ["dropout"] = new NetworkText("41").Dropout("0.4"),
        ["softmax"] = new NetworkText("6").Softmax(),
        ["softmax of an image"] = new NetworkText("4x2x3").Softmax(),
    };

    public static TheoryData<string> Names => [.. All.Keys];

    public static TheoryData<string> NamesOf(Func<LayerKind, bool> kind) =>
        [.. All.Where(pair => kind(pair.Value.Read().Layers[^1].Kind)).Select(pair => pair.Key)];

    /// <summary>
    /// Values whose distances from each other, from 0 and from 6 are all at least 0.07: no step of 0.02 crosses a kink of ReLU, ReLU6
    /// or a maximum. From about -4 to above 6 so that all pieces are met.
    /// </summary>
    public static float[] Spread(int count, int seed)
    {
        var random = SeededRandom.For(seed, 100);
        var places = Enumerable.Range(0, Math.Max(count, 170)).ToArray();
        random.Shuffle(places);
        return places.Take(count).Select(place => -4 + (0.07f * (place + 0.5f))).Select(value =>
            Math.Abs(value) < 0.035f ? 0.035f : value).ToArray();
    }

    /// <summary>From -5 to 5, so that all pieces are met; none within 0.03 of the corners at 0, 3 and -3.</summary>
    public static float[] Pieces(int count, int seed) =>
        [.. Uniform(count, seed, 5).Select(value => Math.Abs(value - (3 * MathF.Round(value / 3))) < 0.03f ? value + 0.07f : value)];

    public static float[] Uniform(int count, int seed, float bound = 1)
    {
        var random = SeededRandom.For(seed, 101);
        return Enumerable.Range(0, count).Select(_ => ((2 * random.NextFloat()) - 1) * bound).ToArray();
    }
}
