using static CompileTime.Tests.Model.Safetensors.SafetensorsText;

namespace CompileTime.Tests.Model.Safetensors;

public sealed class LoadSafetensorsTests : IDisposable
{
    // 0.weight [2, 3], 0.bias [2], 1.* [2], 3.weight [1, 2], 3.bias [1]
    private const string Text = """
        model Demo.Net
        input 3
        0 = Linear(input) bias=true -> 2
        1 = BatchNorm(0) eps=1E-05 momentum=0.1 -> 2
        2 = ReLU(1) -> 2
        3 = Linear(2) bias=true -> 1

        """;

    private static readonly (string Name, string Type, string Shape, byte[] Data)[] Whole =
    [
        ("3.bias", "F32", "1", F32(9)),
        ("0.weight", "F32", "2,3", F32(1, 2, 3, 4, 5, 6)),
        ("0.bias", "F16", "2", [0x00, 0x3C, 0x00, 0xBC]),
        ("1.weight", "F32", "2", F32(1, 1)),
        ("1.bias", "F32", "2", F32(0, 0.5f)),
        ("1.running_mean", "F32", "2", F32(0, 0)),
        ("1.running_var", "F32", "2", F32(1, 1)),
        ("1.num_batches_tracked", "I64", "", new byte[8]),
        ("3.weight", "F32", "1,2", F32(7, 8)),
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Loads_by_name_as_load_state_dict()
    {
        var trainer = new Trainer(Text, seed: 1);
        var report = trainer.LoadSafetensors(Write(Whole));
        Assert.True(report.IsComplete);
        Assert.Equal(trainer.ParameterNames, report.Loaded);
        Assert.Equal([1f, 2, 3, 4, 5, 6], trainer.GetParameter("0.weight"));
        Assert.Equal([1f, -1], trainer.GetParameter("0.bias"));
        Assert.Equal([7f, 8], trainer.GetParameter("3.weight"));
        Assert.Equal([9f], trainer.GetParameter("3.bias"));
    }

    [Fact]
    public void A_file_that_does_not_fit_is_refused_with_everything_that_does_not()
    {
        var tensors = Whole.Where(tensor => tensor.Name is not ("0.weight" or "1.bias"))
            .Append(("1.bias", "F32", "1,2", F32(1, 2)))
            .Append(("4.weight", "F32", "1", F32(1)))
            .Append(("0.weight", "I32", "2,3", F32(new float[6])));
        var path = Write([.. tensors.Where(tensor => tensor.Item1 != "3.bias")]);
        var (trainer, before) = Fresh();
        var message = Assert.Throws<InvalidDataException>(() => trainer.LoadSafetensors(path)).Message;
        Assert.Contains("missing in the file: 3.bias", message, StringComparison.Ordinal);
        Assert.Contains("not in the network: 4.weight", message, StringComparison.Ordinal);
        Assert.Contains("1.bias: [1, 2] in the file, [2] in the network", message, StringComparison.Ordinal);
        Assert.Contains("0.weight: I32 in the file", message, StringComparison.Ordinal);
        Assert.Equal(before, State(trainer));

        var report = trainer.LoadSafetensors(path, new SafetensorsOptions { Strict = false });
        Assert.Equal(["3.bias"], report.Missing);
        Assert.Equal(["4.weight"], report.Unexpected);
        Assert.Equal(["0.weight", "1.bias"], report.Mismatched.Select(mismatch => mismatch.Name));
        Assert.Equal(["0.bias", "1.weight", "1.running_mean", "1.running_var", "3.weight"], report.Loaded);
        Assert.Equal([7f, 8], trainer.GetParameter("3.weight"));
        Assert.All(["0.weight", "1.bias", "3.bias"], name => Assert.Equal(before[name], trainer.GetParameter(name)));
    }

    [Fact]
    public void Names_can_be_mapped_and_tensors_left_out()
    {
        var path = Write([.. Whole.Select(tensor => tensor with { Name = "net." + tensor.Name }), ("ema", "F32", "1", F32(0))]);
        var trainer = new Trainer(Text, seed: 1);
        Assert.Contains("Rename", Assert.Throws<InvalidDataException>(() => trainer.LoadSafetensors(path)).Message,
            StringComparison.Ordinal);
        trainer.LoadSafetensors(path, new SafetensorsOptions { Rename = name => name == "ema" ? null : name["net.".Length..] });
        Assert.Equal([9f], trainer.GetParameter("3.bias"));

        var clash = new SafetensorsOptions { Rename = name => name == "ema" ? "3.bias" : name["net.".Length..] };
        Assert.Contains("both renamed to '3.bias'", Assert.Throws<InvalidDataException>(() => trainer.LoadSafetensors(path, clash)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("F32")]
    [InlineData("F64")]
    public void Values_that_are_not_finite_in_float32_are_refused(string type)
    {
        // 1e300 is finite in F64 only.
        byte[] data = type == "F32" ? F32(1, float.NaN) : [.. BitConverter.GetBytes(1.0), .. BitConverter.GetBytes(1e300)];
        var path = Write([.. Whole.Where(tensor => tensor.Name != "1.bias"), ("1.bias", type, "2", data)]);
        var (trainer, before) = Fresh();
        Assert.Contains("element 1 of '1.bias'", Assert.Throws<InvalidDataException>(() => trainer.LoadSafetensors(path)).Message,
            StringComparison.Ordinal);
        Assert.Equal(before, State(trainer));
    }

    [Fact]
    public void Pruned_elements_stay_zero()
    {
        var trainer = new Trainer(Text, seed: 1);
        trainer.Pruning.CustomFromMask("0.weight", new float[,] { { 1, 0, 1 }, { 0, 1, 0 } });
        trainer.LoadSafetensors(Write(Whole));
        Assert.Equal([1f, 0, 3, 0, 5, 0], trainer.GetParameter("0.weight"));
    }

    [Fact]
    public void A_state_dict_that_is_still_pruned_says_what_to_call()
    {
        var path = Write([.. Whole.Select(tensor => tensor.Name == "0.weight" ? tensor with { Name = "0.weight_orig" } : tensor)]);
        Assert.Contains("prune.remove", Assert.Throws<InvalidDataException>(() => new Trainer(Text, 1).LoadSafetensors(path)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_saved_is_what_PyTorch_would_have_saved()
    {
        var (trainer, before) = Fresh();
        var path = _folder["saved.safetensors"];
        trainer.SaveSafetensors(path);
        var file = new Golden.SafeTensors(path); // a reader of its own
        foreach (var (name, values) in before)
            Assert.Equal(values, file[name].Floats);
        Assert.Equal([2, 3], file["0.weight"].Shape);

        var other = new Trainer(Text, seed: 2);
        Assert.NotEqual(before, State(other));
        other.LoadSafetensors(path);
        Assert.Equal(before, State(other));
    }

    /// <summary>Whatever happens to a file, it loads or is refused as a whole.</summary>
    [Fact]
    public void Damaged_files_change_nothing()
    {
        var random = new Random(41);
        var whole = SafetensorsText.Bytes(Whole);
        var path = _folder["damaged.safetensors"];
        var (trainer, before) = Fresh();
        var (loaded, refused) = (0, 0);
        for (var round = 0; round < 3000; round++)
        {
            File.WriteAllBytes(path, Damage(whole, random));
            try
            {
                trainer.LoadSafetensors(path);
                loaded++;
                Assert.All(State(trainer).Values, values => Assert.All(values, value => Assert.True(float.IsFinite(value))));
                before = State(trainer);
            }
            catch (InvalidDataException)
            {
                refused++;
                Assert.Equal(before, State(trainer));
            }
        }

        // Damage to a weight's bits cannot be told from another weight; all the rest is found.
        Assert.True(loaded > 0 && refused > 2000, $"{loaded} loaded, {refused} refused");
    }

    private static byte[] Damage(byte[] whole, Random random)
    {
        var bytes = whole.ToList();
        for (var times = random.Next(1, 4); times > 0; times--)
        {
            // Mostly the header, which is where the traps are.
            var at = random.Next(random.Next(4) == 0 ? bytes.Count : Math.Min(bytes.Count, 500));
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)"0123456789-,:{}[]\""[random.Next(18)];
                    break;
                case 2:
                    bytes.RemoveAt(at);
                    break;
                case 3:
                    bytes.Insert(at, (byte)random.Next(256));
                    break;
                default:
                    bytes.RemoveRange(at, Math.Min(random.Next(40), bytes.Count - at));
                    break;
            }

            if (bytes.Count == 0)
                break;
        }

        return [.. bytes];
    }

    private static (Trainer Trainer, Dictionary<string, float[]> State) Fresh()
    {
        var trainer = new Trainer(Text, seed: 1);
        return (trainer, State(trainer));
    }

    private static Dictionary<string, float[]> State(Trainer trainer) =>
        trainer.ParameterNames.ToDictionary(name => name, trainer.GetParameter);

    private string Write((string Name, string Type, string Shape, byte[] Data)[] tensors)
    {
        var path = _folder["a.safetensors"];
        File.WriteAllBytes(path, SafetensorsText.Bytes(tensors));
        return path;
    }
}
