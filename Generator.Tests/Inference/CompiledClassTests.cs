using System.Reflection;
using System.Runtime.Loader;
using CompileTime.Generator.Tests.Harness;
using CompileTime.Inference;
using CompileTime.Models;
using CompileTime.Shared;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace CompileTime.Generator.Tests.Inference;

/// <summary>What a user does: declare, build, train, save, build again, predict.</summary>
public sealed class CompiledClassTests : IDisposable
{
    private const string Source = """
        namespace Demo;

        [Model(2, 8, 8, InputScale = 1 / 255f)]
        [Prune(0.6, L1)]
        [Quantize(Int8, Backend.Fbgemm)]
        public partial class Net
        {
            [Conv2d(6, 3, Padding = 1), BatchNorm, ReLU] private static partial Tensor Stem(Tensor x);
            [Conv2d(6, 3, Padding = 1), BatchNorm]       private static partial Tensor Block(Tensor x);
            [Linear(3)]                                  private static partial Tensor Classify(Tensor x);

            public Net(string name) => Name = name;
            public string Name { get; } = "";

            private static Tensor Forward(Tensor x)
            {
                var a = Stem(x);
                a = ReLU(Add(a, Block(a)));
                return Softmax(Classify(Flatten(MaxPool2d(a, 2))));
            }
        }

        public static class Driver
        {
            public static Trainer Trainer() => Net.CreateTrainer(seed: 3);
            public static Func<float[], float[]> Compiled() => Predict(new Net());
            public static Func<float[], float[]> Loaded(string path, InstructionSet set) => Predict(Net.Load(path, set));
            public static Func<byte[], float[]> CompiledBytes()
            {
                var net = new Net();
                return bytes => { var y = new float[Net.OutputLength]; net.Predict(bytes, y); return y; };
            }
            public static Action<float[], float[]> Batch()
            {
                var net = new Net();
                return (x, y) => net.PredictBatch(x, y);
            }
            public static Func<float[], float[]> Named() => Predict(new Net("a name"));
            public static InstructionSet Best => new Net().InstructionSet;
            private static Func<float[], float[]> Predict(Net net) => x => { var y = new float[Net.OutputLength]; net.Predict(x, y); return y; };
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("compiletime").FullName;
    private readonly Random _random = new(5);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Train_save_build_again_and_predict_the_same_bits()
    {
        var model = Train(out var path);
        var driver = Build(path);
        var compiled = Call<Func<float[], float[]>>(driver, "Compiled");
        var named = Call<Func<float[], float[]>>(driver, "Named");
        var bytes = Call<Func<byte[], float[]>>(driver, "CompiledBytes");
        Assert.Equal(InstructionSets.Best, driver.GetProperty("Best")!.GetValue(null));
        var expected = new float[3];
        for (var i = 0; i < 50; i++)
        {
            var sample = new byte[128];
            _random.NextBytes(sample);
            var values = sample.Select(value => QuantizedMath.FromByte(value, 1 / 255f, 0)).ToArray();
            model.Predict(values, expected);
            Assert.Equal(expected, compiled(values));
            Assert.Equal(expected, named(values));
            Assert.Equal(expected, bytes(sample));
            foreach (var set in EngineBuilder.InstructionSetsHere)
                Assert.Equal(expected, Call<Func<float[], float[]>>(driver, "Loaded", path + ".ctm", set)(values));
        }
    }

    [Fact]
    public void Without_weights_the_class_says_what_to_do_and_loads_a_file_into_the_interpreter()
    {
        var model = Train(out var path);
        var driver = Build(artifact: null);
        var error = Assert.IsType<InvalidOperationException>(
            Assert.Throws<TargetInvocationException>(() => Call<object>(driver, "Compiled")).InnerException);
        Assert.Contains("Demo.Net has no weights yet", error.Message, StringComparison.Ordinal);
        Assert.Equal(error.Message,
            Assert.Throws<InvalidOperationException>(() => Call<Func<float[], float[]>>(driver, "Named")(new float[128])).Message);
        Assert.Contains("Models/Net", error.Message, StringComparison.Ordinal);
        var values = Values(128);
        var expected = new float[3];
        model.Predict(values, expected);
        Assert.Equal(expected, Call<Func<float[], float[]>>(driver, "Loaded", path + ".ctm", InstructionSet.Portable)(values));
    }

    [Fact]
    public void A_small_file_that_stands_for_a_large_network_takes_no_memory()
    {
        const int Features = 1 << 19;
        Train(out var path);
        var driver = Build(path);
        var manifest = ManifestText.Read(File.ReadAllText(path + ".ctm"), out _)!;
        var (input, last) = (manifest.Network.Input, manifest.Network.Output);
        var flat = input with { Name = "flat", Op = QuantizedOp.Flatten, Inputs = [0], Shape = Shape.Flat(128) };
        QuantizedNode Linear(string name, int from, int inputs, int outputs) => last with
        {
            Name = name, Inputs = [from], Shape = Shape.Flat(outputs), Weight = new WeightInfo([outputs, inputs], false, 0, false, 0),
        };
        var large = new QuantizedNetwork
        {
            Nodes = [input, flat, Linear("a", 1, 128, Features), Linear("b", 2, Features, 3)], Softmax = manifest.Network.Softmax,
        };

        // As long as it must be for so many zeros: 64 million weights in 4 KB.
        byte[] blob = [.. File.ReadAllBytes(path + ".ctw").AsSpan(0, 8), .. new byte[5000]];
        var other = DefinitionText.Read($"""
            model Demo.Net
            input 2x8x8
            flat = Flatten(input) -> 128
            a = Linear(flat) bias=false -> {Features}
            b = Linear(a) bias=false -> 3
            c = Softmax(b) -> 3

            """.ReplaceLineEndings("\n"), 1, out _)!;
        foreach (var (definition, reason) in new[] { (manifest.Definition, "larger than Demo.Net becomes"), (other, "with other layers") })
        {
            var written = manifest with
            {
                Definition = definition, DefinitionText = DefinitionText.Write(definition), Network = large,
            };
            File.WriteAllText(path + ".ctm", ManifestText.Write(Artifact.Sign(written, blob)));
            File.WriteAllBytes(path + ".ctw", blob);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var error = Assert.IsType<InvalidDataException>(Assert.Throws<TargetInvocationException>(
                () => Call<object>(driver, "Loaded", path + ".ctm", InstructionSets.Best)).InnerException);
            Assert.Contains(reason, error.Message, StringComparison.Ordinal);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 << 20);
        }
    }

    [Fact]
    public void Other_channels_may_be_removed_from_what_is_loaded_than_from_what_was_compiled()
    {
        var whole = Train(out var path);
        var trainer = Call<Trainer>(Build(artifact: null), "Trainer");
        foreach (var name in (string[])["Stem.0.weight", "Stem.0.bias", "Stem.1.weight", "Stem.1.bias", "Block.0.weight", "Block.1.weight",
            "Block.1.bias"])
        {
            var values = trainer.GetParameter(name);
            Array.Clear(values, 0, values.Length / 3);
            trainer.SetParameter(name, values);
        }

        var samples = Values(64 * 128);
        trainer.Prune();
        trainer.Calibrate(new Dataset(samples, new int[64]));
        var smaller = trainer.Convert();
        var smallerPath = Path.Combine(_folder, "Smaller", "Net");
        smaller.Save(smallerPath);
        Assert.Equal([6, 4], new[] { whole, smaller }.Select(model => model.Model.Network.Nodes[1].Shape.Channels));

        // Each in the code made for the other: the shapes do not fit, so the interpreter runs it, and the class does not show it.
        foreach (var (compiled, loaded, model) in new[]
            { (path, smallerPath, smaller), (smallerPath, path, whole), (smallerPath, smallerPath, smaller) })
        {
            var driver = Build(compiled);
            var predict = Call<Func<float[], float[]>>(driver, "Loaded", loaded + ".ctm", InstructionSets.Best);
            var expected = new float[3];
            for (var i = 0; i < 20; i++)
            {
                var values = Values(128);
                model.Predict(values, expected);
                Assert.Equal(expected, predict(values));
                if (compiled == loaded)
                    Assert.Equal(expected, Call<Func<float[], float[]>>(driver, "Compiled")(values));
            }
        }
    }

    [Fact]
    public void A_class_that_lost_a_layer_is_compiled_and_says_so()
    {
        var trainer = Call<Trainer>(Build(artifact: null), "Trainer");
        foreach (var name in (string[])["Block.0.weight", "Block.1.weight", "Block.1.bias"])
            trainer.SetParameter(name, new float[trainer.GetParameter(name).Length]);
        trainer.Prune();
        trainer.Calibrate(new Dataset(Values(64 * 128), new int[64]));
        var model = trainer.Convert();
        Assert.DoesNotContain(model.Model.Network.Nodes, node => node.Name == "Block.0" || node.Op == Shared.QuantizedOp.Add);
        var path = Path.Combine(_folder, "Net");
        model.Save(path);
        var predict = Call<Func<float[], float[]>>(Build(path), "Compiled");
        var expected = new float[3];
        for (var i = 0; i < 20; i++)
        {
            var values = Values(128);
            model.Predict(values, expected);
            Assert.Equal(expected, predict(values));
        }

        var files = new TextFile("Net.ctm", File.ReadAllText(path + ".ctm"));
        var generated = string.Concat(TestProject.Generate(TestProject.Compilation(Source), files).SyntaxTrees);
        Assert.Contains("20736 multiplications, removed: it had no influence on the result", generated, StringComparison.Ordinal);
        Assert.Contains("of them left after removal", generated, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_lengths_and_values_that_are_not_finite_are_argument_errors()
    {
        Train(out var path);
        var driver = Build(path);
        var predict = Call<Func<float[], float[]>>(driver, "Compiled");
        var batch = Call<Action<float[], float[]>>(driver, "Batch");
        Assert.Contains("127 values; one sample has 128", Assert.Throws<ArgumentException>(() => predict(Values(127))).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => predict(Values(256)));
        Assert.Throws<ArgumentException>(() => batch(Values(130), new float[3]));
        Assert.Throws<ArgumentException>(() => batch(Values(256), new float[3]));
        foreach (var bad in (float[])[float.NaN, float.PositiveInfinity, float.NegativeInfinity])
        {
            // At every position: in the body of a vector and in the tail.
            foreach (var at in (int[])[0, 63, 64, 127])
            {
                var values = Values(128);
                values[at] = bad;
                var message = Assert.Throws<ArgumentException>(() => predict(values)).Message;
                Assert.Contains($"Value {at} of sample 0", message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Batches_and_threads_give_the_same_bits_and_nothing_is_allocated()
    {
        Train(out var path);
        var driver = Build(path);
        var predict = Call<Func<float[], float[]>>(driver, "Compiled");
        var batch = Call<Action<float[], float[]>>(driver, "Batch");
        const int Samples = 40;
        var inputs = Values(Samples * 128);
        var expected = Enumerable.Range(0, Samples).SelectMany(i => predict(inputs[(i * 128)..((i + 1) * 128)])).ToArray();
        Parallel.For(0, 200, _ =>
        {
            var outputs = new float[Samples * 3];
            batch(inputs, outputs);
            Assert.Equal(expected, outputs);
        });

        var result = new float[Samples * 3];
        batch(inputs, result);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            batch(inputs, result);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Artifacts_that_are_damaged_missing_or_anothers_are_told_apart()
    {
        Train(out var path);
        var driver = Build(path);
        string Message<T>(string file) where T : Exception => Assert.IsType<T>(
            Assert.Throws<TargetInvocationException>(() => Call<object>(driver, "Loaded", file, InstructionSet.Portable)).InnerException)
                .Message;

        Assert.Contains("There is no manifest", Message<FileNotFoundException>(Path.Combine(_folder, "none.ctm")),
            StringComparison.Ordinal);
        var blob = File.ReadAllBytes(path + ".ctw");
        blob[^1] ^= 1;
        File.WriteAllBytes(path + ".ctw", blob);
        Assert.Contains("SHA-256", Message<InvalidDataException>(path + ".ctm"), StringComparison.Ordinal);
        File.WriteAllBytes(path + ".ctw", blob[..^1]);
        Assert.Contains("bytes where the manifest says", Message<InvalidDataException>(path + ".ctm"), StringComparison.Ordinal);
        File.Delete(path + ".ctw");
        Assert.Contains("has lost its weights", Message<FileNotFoundException>(path + ".ctm"), StringComparison.Ordinal);

        var other = new Trainer("model Demo.Other\ninput 4\nquantize Int8 Fbgemm\n0 = Linear(input) bias=true -> 2\n", 1);
        var data = new Dataset(Values(32), [0, 1, 0, 1, 0, 1, 0, 1]);
        other.Fit(data);
        other.Calibrate(data);
        other.Convert().Save(Path.Combine(_folder, "Other"));
        Assert.Contains("another network than Demo.Net declares", Message<InvalidDataException>(Path.Combine(_folder, "Other.ctm")),
            StringComparison.Ordinal);
    }

    private CompressedModel Train(out string path)
    {
        var driver = Build(artifact: null);
        var trainer = Call<Trainer>(driver, "Trainer");
        var samples = new byte[200 * 128];
        _random.NextBytes(samples);
        var data = new Dataset(samples, [.. Enumerable.Range(0, 200).Select(i => i % 3)]);
        trainer.Fit(data);
        trainer.Prune();
        trainer.Fit(data);
        trainer.Calibrate(data.Slice(0, 64));
        var model = trainer.Convert();
        path = Path.Combine(_folder, "Net");
        model.Save(path);
        return model;
    }

    private static T Call<T>(Type driver, string method, params object[] arguments) =>
        (T)driver.GetMethod(method)!.Invoke(null, arguments)!;

    private float[] Values(int count) => [.. Enumerable.Range(0, count).Select(_ => _random.NextSingle())];

    private static Type Build(string? artifact) => CompiledClass.Build(Source, artifact);
}
