namespace Sample.Pipeline;

/// <summary>A float network that was trained elsewhere, with samples and the results that were recorded for them.</summary>
internal sealed class FloatModel
{
    // Both networks begin and end alike. Functions in Forward have names as in torch.fx.
    private static readonly string[] First = ["Conv0"];
    private static readonly string[] Last = ["global_avg_pool2d", "flatten", "Fc0"];

    private readonly int[] _answers;
    private readonly Trainer _trainer;
    private readonly Dataset _calibration;

    private FloatModel(string title, Trainer trainer, float[] inputs, float[] results, int count, int calibration)
    {
        (Title, _trainer, Inputs, Count) = (title, trainer, inputs, count);
        var classes = results.Length / count;
        _answers = [.. Enumerable.Range(0, count).Select(sample => Largest(results.AsSpan(sample * classes, classes)))];
        Samples = new Dataset(inputs, _answers);
        _calibration = Samples.Slice(0, calibration);
    }

    /// <summary>For the table.</summary>
    public string Title { get; }

    /// <summary>All samples, behind each other.</summary>
    public float[] Inputs { get; }

    /// <summary>Number of samples.</summary>
    public int Count { get; }

    /// <summary>All samples; the label is the float network's answer.</summary>
    public Dataset Samples { get; }

    /// <summary>The float network's agreement with the results that were recorded: 1, or it was loaded wrongly.</summary>
    public double FloatAgreement => _trainer.Evaluate(Samples);

    /// <summary>MLPerf Tiny's image classification, calibrated on all of its 64 pictures.</summary>
    public static FloatModel Images(string folder) =>
        Read("ic_resnet8", Networks.ImageResNet8.CreateTrainer(seed: 1), folder, "probabilities",
        file => Array.ConvertAll(file.ReadBytes("input"), pixel => (float)pixel), calibration: 64);

    /// <summary>MLPerf Tiny's keyword spotting, calibrated on the first 200 of its 1000 sounds.</summary>
    public static FloatModel Keywords(string folder) =>
        Read("kws_dscnn_savedmodel", Networks.KeywordDsCnn.CreateTrainer(seed: 1), folder,
        "probs", file => file.ReadFloats("input"), calibration: 200);

    /// <summary>How often int8 gives the float network's answer, in [0, 1].</summary>
    public double Agreement(QuantizationRecipe recipe)
    {
        string[] names = [.. recipe.FloatFirst ? First : [], .. recipe.FloatLast ? Last : []];
        var trainer = _trainer.QuantizedAs(recipe.Quantize, names.ToDictionary(name => name, _ => new QuantizeAttribute(Float32)));
        trainer.Calibrate(_calibration);
        return trainer.Convert(recipe.Options).Validate(Samples).Int8;
    }

    /// <summary>The int8 network as the class declares it.</summary>
    public CompressedModel Convert()
    {
        _trainer.Calibrate(_calibration);
        return _trainer.Convert();
    }

    private static FloatModel Read(string name, Trainer trainer, string folder, string results, Func<SafetensorsFile, float[]> inputs,
        int calibration)
    {
        // The files call layers conv0; methods begin with a capital letter.
        trainer.LoadSafetensors(Path.Combine(folder, name + ".safetensors"), new SafetensorsOptions
        {
            Rename = parameter => char.ToUpperInvariant(parameter[0]) + parameter[1..],
        });
        using var vectors = SafetensorsFile.Open(Path.Combine(folder, name + ".vectors.safetensors"));
        var count = (int)vectors[results].Shape[0];
        return new FloatModel(name, trainer, inputs(vectors), vectors.ReadFloats(results), count, calibration);
    }

    private static int Largest(ReadOnlySpan<float> values)
    {
        var best = 0;
        for (var i = 1; i < values.Length; i++)
            best = values[i] > values[best] ? i : best;
        return best;
    }
}
