using CompileTime.Generator.Tests.Harness;
using CompileTime.Inference;
using CompileTime.Shared;

namespace CompileTime.Generator.Tests.Inference;

/// <summary>
/// Classes whose layers are not all int8: islands of float32, quantization in every call, weights quantized alone, and every function of one
/// number. Declared, trained, saved, compiled again: the compiled class is the interpreter, bit for bit, and close to the float network.
/// </summary>
public sealed class MixedClassTests : IDisposable
{
    private const string Driver = """

        public static class Driver
        {
            public static Trainer Trainer() => Net.CreateTrainer(seed: 3);
            public static Func<float[], float[]> Compiled() => Predict(new Net());
            public static Func<float[], float[]> Loaded(string path, InstructionSet set) => Predict(Net.Load(path, set));
            public static Action<byte[], float[]> Bytes()
            {
                var net = new Net();
                return (x, y) => net.Predict(x, y);
            }
            private static Func<float[], float[]> Predict(Net net) => x => { var y = new float[Net.OutputLength]; net.Predict(x, y); return y; };
        }
        """;

    private const string Island = """
        [Quantize(Int8, Backend.Fbgemm)]
        public partial class Net
        {
            [Conv2d(6, 3, Padding = 1), BatchNorm, ReLU]                             private static partial Tensor Stem(Tensor x);
            [Conv2d(7, 3, Padding = 1), ReLU, Conv2d(5, 1), GELU, Quantize(Float32)] private static partial Tensor Island(Tensor x);
            [Conv2d(5, 3, Padding = 1), ReLU]                                        private static partial Tensor Mainland(Tensor x);
            [Linear(3), Quantize(Float32)]                                           private static partial Tensor Classify(Tensor x);

            private static Tensor Forward(Tensor x)
            {
                var a = MaxPool2d(Island(Stem(x)), 2);
                return Softmax(Classify(Flatten(Concat(Mainland(a), a))));
            }
        }
        """;

    private const string FloatFirst = """
        [Quantize(Int8, Backend.OneDnn)]
        public partial class Net
        {
            [Conv2d(4, 3, Groups = 2), Sigmoid, Quantize(Float32)] private static partial Tensor Left(Tensor x);
            [Conv2d(4, 3), Tanh]                                   private static partial Tensor Right(Tensor x);
            [Linear(3)]                                            private static partial Tensor Classify(Tensor x);

            private static Tensor Forward(Tensor x) => Classify(Flatten(AvgPool2d(Add(Left(x), Right(x)), 2)));
        }
        """;

    private const string Dynamic = """
        [Quantize(Int8, Backend.Fbgemm, Mode = QuantizationMode.Dynamic, Weight = Observer.PerChannelMinMax)]
        [Flatten, Linear(40), ReLU, Linear(70), Tanh, Linear(9), LeakyReLU, Linear(3)]
        public partial class Net;
        """;

    private const string DynamicFullRange = """
        [Quantize(Int8, Backend.Qnnpack, Mode = QuantizationMode.Dynamic)]
        [Flatten, Linear(40), ReLU, Linear(3), Softmax]
        public partial class Net;
        """;

    private const string WeightOnly = """
        [Quantize(Int8, Backend.Fbgemm, Mode = QuantizationMode.WeightOnly)]
        [Conv2d(10, 3, Padding = 1), BatchNorm, ReLU, AdaptiveAvgPool2d(4, 2), ReLU6, Flatten, Linear(3)]
        public partial class Net;
        """;

    private const string Functions = """
        [Quantize(Int8, Backend.Fbgemm)]
        [Flatten, Linear(70), Sigmoid, Linear(16), Tanh, Linear(16), Hardsigmoid, Linear(16), Hardswish, Linear(16), LeakyReLU(0.1),
         Linear(16), GELU, Linear(16), SiLU, Linear(16), ELU(0.5), Linear(3)]
        public partial class Net;
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("compiletime").FullName;
    private readonly Random _random = new(5);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(nameof(Island), Island, 0.06)]
    [InlineData(nameof(FloatFirst), FloatFirst, 0.06)]
    [InlineData(nameof(Dynamic), Dynamic, 0.06)]
    [InlineData(nameof(DynamicFullRange), DynamicFullRange, 0.03)]
    [InlineData(nameof(WeightOnly), WeightOnly, 0.03)]
    [InlineData(nameof(Functions), Functions, 0.15)]
    public void The_compiled_class_gives_the_interpreters_bits_and_follows_the_float_network(string name, string declaration, double tolerance)
    {
        var source = "namespace Demo;\n\n[Model(2, 8, 8, InputScale = 1 / 255f)]\n" + declaration + Driver;
        var trainer = Call<Trainer>(CompiledClass.Build(source, artifact: null), "Trainer");
        var samples = new byte[200 * 128];
        _random.NextBytes(samples);
        var data = new Dataset(samples, [.. Enumerable.Range(0, 200).Select(i => i % 3)]);
        trainer.Fit(data);
        if (name is not (nameof(Dynamic) or nameof(DynamicFullRange) or nameof(WeightOnly)))
        {
            Assert.Contains("Call Calibrate", Assert.Throws<InvalidOperationException>(trainer.Convert).Message, StringComparison.Ordinal);
            trainer.Calibrate(data.Slice(0, 64));
        }

        var model = trainer.Convert();
        CheckTypes(name, model.Model.Network);
        var path = Path.Combine(_folder, "Net");
        model.Save(path);
        var generated = TestProject.GeneratedText(TestProject.Compilation(source), new TextFile("Net.ctm", File.ReadAllText(path + ".ctm")));
        Assert.All(Told(name), told => Assert.Contains(told, generated, StringComparison.Ordinal));
        var driver = CompiledClass.Build(source, path);
        var compiled = Call<Func<float[], float[]>>(driver, "Compiled");
        var bytes = Call<Action<byte[], float[]>>(driver, "Bytes");
        var sets = EngineBuilder.InstructionSetsHere.Select(set => Call<Func<float[], float[]>>(driver, "Loaded", path + ".ctm", set)).ToList();
        var (expected, result) = (new float[3], new float[3]);
        for (var i = 0; i < 30; i++)
        {
            var sample = new byte[128];
            _random.NextBytes(sample);
            var values = sample.Select(value => QuantizedMath.FromByte(value, 1 / 255f, 0)).ToArray();
            model.Predict(values, expected);
            Assert.Equal(expected, compiled(values));
            bytes(sample, result);
            Assert.Equal(expected, result);
            Assert.All(sets, predict => Assert.Equal(expected, predict(values)));
            var floats = trainer.Predict(values);
            // Logits of an untrained size: what 7 bits of activation lose in a few layers.
            for (var j = 0; j < 3; j++)
                Assert.Equal(floats[j], expected[j], tolerance * Math.Max(1, Math.Abs(floats[j])));
        }

        var some = new byte[128];
        bytes(some, result);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            bytes(some, result);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    // What a reader of the generated code is told of the kernels.
    private static string[] Told(string name) => name switch
    {
        nameof(Island) => ["float32: eight outputs at a time", "; Activations lie in 0..127 but for the few beyond the calibrated range; "],
        nameof(FloatFirst) => ["float32: eight outputs at a time", "Activations span 0..255; "],
        nameof(WeightOnly) => ["Conv2d (float32) + ReLU"],
        nameof(Functions) => ["Activations span 0..255; "], // what sigmoid, hardsigmoid and tanh give
        nameof(DynamicFullRange) => ["DynamicLinear (float32) + ReLU", "Activations span 0..255; "],
        _ => ["DynamicLinear (float32) + ReLU", "Activations lie in 0..127"],
    };

    private static void CheckTypes(string name, QuantizedNetwork network)
    {
        var text = string.Join(" ", network.Nodes.Select(node => node.Op + (node.IsFloat ? "!" : "")));
        Assert.Equal(name switch
        {
            // One conversion into the island, none within; its result is read in both types.
            nameof(Island) => "Quantize Conv2d Dequantize! Conv2d! Conv2d! GELU! MaxPool2d! Quantize Conv2d Concat Flatten Dequantize! Linear!",
            nameof(FloatFirst) => "Input! Conv2d! Sigmoid! Quantize Conv2d Tanh Quantize Add AvgPool2d Flatten Linear",
            nameof(Dynamic) => "Input! Flatten! DynamicLinear! DynamicLinear! Tanh! DynamicLinear! LeakyReLU! DynamicLinear!",
            nameof(DynamicFullRange) => "Input! Flatten! DynamicLinear! DynamicLinear!",
            nameof(WeightOnly) => "Input! Conv2d! AdaptiveAvgPool2d! ReLU6! Flatten! Linear!",
            _ => "Quantize Flatten Linear Sigmoid Linear Tanh Linear Hardsigmoid Linear Hardswish Linear LeakyReLU Linear GELU Linear SiLU Linear "
                + "ELU Linear",
        }, text);
        if (name == nameof(Functions))
        {
            Assert.Equal([(1f / 256, 0), (2f / 256, 128), (1f / 256, 0)],
                network.Nodes.Where(node => node.Op is QuantizedOp.Sigmoid or QuantizedOp.Tanh or QuantizedOp.Hardsigmoid)
                    .Select(node => (node.Scale, node.ZeroPoint)));
        }

        Assert.All(network.Nodes.Where(node => node.Op == QuantizedOp.DynamicLinear), node =>
            Assert.Equal((name == nameof(Dynamic), name == nameof(Dynamic)), (node.ReduceRange, node.Weight!.IsPerChannel)));
    }

    private static T Call<T>(Type driver, string method, params object[] arguments) => (T)driver.GetMethod(method)!.Invoke(null, arguments)!;
}
