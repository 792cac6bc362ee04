using CompileTime.Shared;

namespace CompileTime.Tests.Quantization;

/// <summary>Small declared networks and data for the tests of compression.</summary>
internal static class Networks
{
    public const string Quantized = "quantize Int8 Fbgemm\n";

    public const string Mlp = "model Demo.Mlp\ninput 6\n" + Quantized + """
        0 = Linear(input) bias=true prune=L1:0.5:global -> 8
        1 = ReLU(0) -> 8
        2 = Linear(1) bias=true prune=L1:0.5:global -> 3

        """;

    /// <summary>
    /// Everything that is fused, folded or dropped: batch normalization, residual addition, concatenation, dropout, softmax.
    /// </summary>
    public const string Graph = "model Demo.Graph\ninput 2x8x8 scale=0.25 offset=-1\n" + Quantized + """
        stem.0 = Conv2d(input) kernel=3x3 stride=1x1 padding=1,1,1,1 dilation=1x1 groups=1 bias=false -> 4x8x8
        stem.1 = BatchNorm(stem.0) eps=1E-05 momentum=0.1 -> 4x8x8
        stem.2 = ReLU(stem.1) -> 4x8x8
        a = Conv2d(stem.2) kernel=3x3 stride=1x1 padding=1,1,1,1 dilation=1x1 groups=4 bias=true -> 4x8x8
        an = BatchNorm(a) eps=1E-05 momentum=0.1 -> 4x8x8
        add = Add(an, stem.2) -> 4x8x8
        relu = ReLU(add) -> 4x8x8
        pool = MaxPool2d(relu) kernel=2x2 stride=2x2 padding=0,0,0,0 dilation=1x1 ceil=false -> 4x4x4
        avg = AvgPool2d(relu) kernel=2x2 stride=2x2 padding=0,0,0,0 ceil=false count_include_pad=true divisor=0 -> 4x4x4
        cat = Concat(pool, avg) -> 8x4x4
        six = ReLU6(cat) -> 8x4x4
        gap = AdaptiveAvgPool2d(six) -> 8x1x1
        flat = Flatten(gap) -> 8
        drop = Dropout(flat) p=0.25 -> 8
        fc = Linear(drop) bias=true -> 3
        soft = Softmax(fc) -> 3

        """;

    /// <summary>In small what ResNet8 is: a residual block, and one with a shortcut of its own.</summary>
    public const string Residual = "model Demo.Residual\ninput 1x8x8\n" + Quantized + """
        stem = Conv2d(input) kernel=3x3 stride=1x1 padding=1,1,1,1 dilation=1x1 groups=1 bias=true -> 8x8x8
        r0 = ReLU(stem) -> 8x8x8
        a = Conv2d(r0) kernel=3x3 stride=1x1 padding=1,1,1,1 dilation=1x1 groups=1 bias=false -> 8x8x8
        an = BatchNorm(a) eps=1E-05 momentum=0.1 -> 8x8x8
        r1 = ReLU(an) -> 8x8x8
        b = Conv2d(r1) kernel=3x3 stride=1x1 padding=1,1,1,1 dilation=1x1 groups=1 bias=false -> 8x8x8
        bn = BatchNorm(b) eps=1E-05 momentum=0.1 -> 8x8x8
        add1 = Add(r0, bn) -> 8x8x8
        r2 = ReLU(add1) -> 8x8x8
        c = Conv2d(r2) kernel=3x3 stride=2x2 padding=1,1,1,1 dilation=1x1 groups=1 bias=false -> 16x4x4
        cn = BatchNorm(c) eps=1E-05 momentum=0.1 -> 16x4x4
        r3 = ReLU(cn) -> 16x4x4
        d = Conv2d(r3) kernel=3x3 stride=1x1 padding=1,1,1,1 dilation=1x1 groups=1 bias=false -> 16x4x4
        dn = BatchNorm(d) eps=1E-05 momentum=0.1 -> 16x4x4
        short = Conv2d(r2) kernel=1x1 stride=2x2 padding=0,0,0,0 dilation=1x1 groups=1 bias=true -> 16x4x4
        add2 = Add(dn, short) -> 16x4x4
        r4 = ReLU(add2) -> 16x4x4
        gap = AdaptiveAvgPool2d(r4) -> 16x1x1
        flat = Flatten(gap) -> 16
        fc = Linear(flat) bias=true -> 3

        """;

    public static NetworkDefinition Definition(string text) =>
        DefinitionText.Read(text, 1, out var error) ?? throw new InvalidDataException(error!.ToString());

    /// <summary>Samples of three classes that a small network can tell apart.</summary>
    public static Dataset Data(int length, int count, int seed = 1)
    {
        var random = new Random(seed);
        var samples = new float[count * length];
        var labels = new int[count];
        for (var i = 0; i < count; i++)
        {
            labels[i] = random.Next(3);
            for (var j = 0; j < length; j++)
                samples[(i * length) + j] = (float)((random.NextDouble() * 2) - 1 + (j % 3 == labels[i] ? 1.2 : 0));
        }

        return new Dataset(samples, labels);
    }

    /// <summary>A trainer after a short Fit.</summary>
    public static Trainer Trained(string text, int length)
    {
        var trainer = new Trainer(text, seed: 3);
        trainer.Fit(Data(length, 256), new FitOptions { Epochs = 3, Optimizer = new Adam(1e-2f) });
        return trainer;
    }
}
