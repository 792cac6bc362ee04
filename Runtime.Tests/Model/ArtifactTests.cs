using CompileTime.Models;
using CompileTime.Reference;
using CompileTime.Shared;
using CompileTime.Tests.Quantization;

namespace CompileTime.Tests.Model;

public sealed class ArtifactTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("compiletime-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_saved_model_predicts_the_same_when_loaded()
    {
        var trainer = Networks.Trained(Networks.Graph, 128);
        var data = Networks.Data(128, 50);
        trainer.Calibrate(data);
        var model = trainer.Convert();
        var report = model.Validate(data);
        var path = Path.Combine(_folder, "Models", "Graph");
        model.Save(path);
        Assert.Equal(["Graph.ctm", "Graph.ctw"], Directory.GetFiles(Path.Combine(_folder, "Models")).Select(Path.GetFileName).Order());

        var loaded = CompressedModel.Load(path + ".ctm");
        RandomModels.AssertEqual(model.Model, loaded.Model);
        Assert.Equal("Demo.Graph", loaded.ModelName);
        var (input, a, b) = (new float[128], new float[3], new float[3]);
        for (var i = 0; i < data.Count; i++)
        {
            data.CopySample(i, trainer.Definition, input);
            model.Predict(input, a);
            loaded.Predict(input, b);
            Assert.Equal(a, b);
        }

        var again = loaded.Validate(data);
        Assert.Equal(report.Int8, again.Int8);
        Assert.Equal(report.Parameters, again.Parameters);
        Assert.Null(again.Float);
        Assert.Contains("not in the artifact", again.ToString(), StringComparison.Ordinal);
        loaded.Save(Path.Combine(_folder, "Copy.ctm"));
        Assert.Equal(File.ReadAllBytes(path + ".ctw"), File.ReadAllBytes(Path.Combine(_folder, "Copy.ctw")));
    }

    [Fact]
    public void The_accuracies_are_remembered_in_the_manifest()
    {
        var trainer = Networks.Trained(Networks.Mlp, 6);
        trainer.Prune();
        trainer.Calibrate(Networks.Data(6, 50));
        var model = trainer.Convert();
        var report = model.Validate(Networks.Data(6, 80, seed: 8));
        model.Save(Path.Combine(_folder, "m"));
        var manifest = ManifestText.Read(File.ReadAllText(Path.Combine(_folder, "m.ctm")), out _)!;
        Assert.Equal(80, manifest.ValidationSamples);
        Assert.Equal([new ValidationEntry("float", report.Float!.Value), new("pruned", report.Pruned!.Value), new("int8", report.Int8)],
            manifest.Validation);
    }

    [Fact]
    public void Saving_over_an_artifact_replaces_both_files_and_leaves_nothing_else()
    {
        var path = Path.Combine(_folder, "m");
        for (var seed = 1; seed <= 2; seed++)
        {
            var (definition, model) = RandomModels.Create(seed);
            new CompressedModel(definition, model, origin: null).Save(path);
            RandomModels.AssertEqual(model, CompressedModel.Load(path).Model);
        }

        Assert.Equal(2, Directory.GetFiles(_folder).Length);
    }

    [Fact]
    public void A_failing_save_leaves_what_was_there()
    {
        var path = Path.Combine(_folder, "m");
        var (definition, first) = RandomModels.Create(1);
        Directory.CreateDirectory(path + ".ctm"); // no file can be renamed to this
        var model = new CompressedModel(definition, first, origin: null);
        Assert.ThrowsAny<Exception>(() => model.Save(path));
        Assert.Empty(Directory.GetFiles(_folder));

        File.WriteAllText(path + ".ctw", "old weights");
        Assert.ThrowsAny<Exception>(() => model.Save(path));
        Assert.Equal("old weights", File.ReadAllText(Assert.Single(Directory.GetFiles(_folder))));

        Directory.Delete(path + ".ctm");
        File.Delete(path + ".ctw");
        Directory.CreateDirectory(path + ".ctw");
        Assert.ThrowsAny<Exception>(() => model.Save(path));
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public void What_is_missing_or_damaged_is_named()
    {
        var path = Path.Combine(_folder, "m");
        Assert.Contains("m.ctm", Assert.Throws<FileNotFoundException>(() => CompressedModel.Load(path)).Message, StringComparison.Ordinal);
        var (definition, model) = RandomModels.Create();
        new CompressedModel(definition, model, origin: null).Save(path);
        var blob = File.ReadAllBytes(path + ".ctw");
        var manifest = File.ReadAllText(path + ".ctm");

        File.WriteAllBytes(path + ".ctw", blob[..^1]);
        Expect("bytes where the manifest says");
        blob[^1] ^= 1;
        File.WriteAllBytes(path + ".ctw", blob);
        Expect("SHA-256");
        blob[^1] ^= 1;
        File.WriteAllBytes(path + ".ctw", blob);
        Assert.NotNull(CompressedModel.Load(path));

        File.WriteAllText(path + ".ctm", manifest.Replace("softmax true", "softmax false", StringComparison.Ordinal));
        Expect("SHA-256");
        // A number that makes sense as well: only the hash can tell.
        File.WriteAllText(path + ".ctm", manifest.Replace("\nsamples 0\n", "\nsamples 7\n", StringComparison.Ordinal));
        Expect("SHA-256");
        File.WriteAllText(path + ".ctm", manifest[..(manifest.Length / 2)]);
        Expect("line");
        File.WriteAllBytes(path + ".ctm", [0xff, 0xfe, 0x00, 0xc3]);
        Expect("not a text file");
        File.WriteAllText(path + ".ctm", "\uFEFF" + manifest.Replace("\n", "\r\n", StringComparison.Ordinal));
        Assert.NotNull(CompressedModel.Load(path));
        File.Delete(path + ".ctw");
        Assert.Contains("m.ctw", Assert.Throws<FileNotFoundException>(() => CompressedModel.Load(path)).Message, StringComparison.Ordinal);

        void Expect(string part) =>
            Assert.Contains(part, Assert.Throws<InvalidDataException>(() => CompressedModel.Load(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_merge_of_the_blob_section_of_one_branch_and_the_rest_of_another_is_refused()
    {
        var (definition, model) = RandomModels.Create();
        var last = model.Weights[^1]!;
        LayerWeights?[] weights = [.. model.Weights];
        weights[^1] = new LayerWeights(last.ValuesArray, last.ScalesArray, [.. last.BiasArray.Select(value => value + 1)], last.ZeroPoint);
        var ours = Artifact.Write(definition, model, 7, []);
        var theirs = Artifact.Write(definition, new QuantizedModel(model.Network, weights), 8, []);
        Assert.NotNull(Artifact.Read(theirs.Manifest, theirs.Blob, "theirs"));

        // The whole section, or the two lines about the weights alone.
        string[] ourParts = ours.Manifest.Split(["[blob]", "facts "], StringSplitOptions.None);
        string[] theirParts = theirs.Manifest.Split(["[blob]", "facts "], StringSplitOptions.None);
        var section = ourParts[0] + "[blob]" + theirParts[1] + "facts " + theirParts[2];
        var lines = ourParts[0] + "[blob]" + theirParts[1] + "facts " + ourParts[2];
        foreach (var merged in (string[])[section, lines])
        {
            Assert.Contains("do not belong together", Assert.Throws<InvalidDataException>(
                () => Artifact.Read(merged, theirs.Blob, "merged")).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Weights_that_are_longer_than_announced_are_not_read()
    {
        var path = Path.Combine(_folder, "m");
        var (definition, model) = RandomModels.Create();
        new CompressedModel(definition, model, origin: null).Save(path);
        using (var stream = new FileStream(path + ".ctw", FileMode.Open))
            stream.SetLength(3L << 30); // a hole: it takes no place on the disk
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("bytes where the manifest says",
            Assert.Throws<InvalidDataException>(() => CompressedModel.Load(path)).Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 << 20);
    }

    [Fact]
    public void Every_edit_of_the_manifest_is_refused_or_harmless()
    {
        var (definition, model) = RandomModels.Create();
        var (manifest, blob) = Artifact.Write(definition, model, 0, []);
        var random = new Random(7);
        for (var round = 0; round < 3000; round++)
        {
            var text = manifest.ToCharArray();
            for (var edits = random.Next(1, 4); edits > 0; edits--)
                text[random.Next(text.Length)] = "0123456789-x=,. \nabc[](eE"[random.Next(25)];
            try
            {
                var artifact = Artifact.Read(new string(text), blob, "test");

                // What was accepted is a network that can run.
                var output = new float[artifact.Model.OutputLength];
                Interpreter.Run(artifact.Model, new float[artifact.Model.InputLength], output);
            }
            catch (InvalidDataException)
            {
            }
        }
    }

    [Fact]
    public void Wrong_lengths_and_values_are_refused()
    {
        var (definition, quantized) = RandomModels.Create();
        var model = new CompressedModel(definition, quantized, origin: null);
        var output = new float[3];
        Assert.Throws<ArgumentException>(() => model.Predict(new float[127], output));
        Assert.Throws<ArgumentException>(() => model.Predict(new float[128], new float[4]));
        Assert.Throws<ArgumentException>(() => model.Predict(new byte[1], output));
        var image = new float[128];
        image[64] = float.NaN;
        Assert.Contains("64", Assert.Throws<ArgumentException>(() => model.Predict(image, output)).Message, StringComparison.Ordinal);
        image[64] = float.NegativeInfinity;
        Assert.Throws<ArgumentException>(() => model.Predict(image, output));
    }

    [Fact]
    public void Empty_blocks_are_counted()
    {
        // 32 outputs x 8 inputs are four blocks of 16 x 4; a weight in the first and in the last.
        var values = new sbyte[32 * 8];
        values[(3 * 8) + 2] = 1;
        values[(31 * 8) + 7] = -1;
        var network = PackingFacts.Of(RandomModels.Linear(values, 8));
        Assert.Equal(2, network.Nodes[1].Weight!.EmptyBlocks);
        Assert.Equal(4, DenseLayout.Blocks(network.Nodes[1]).BlockCount);
    }
}
