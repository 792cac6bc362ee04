using CompileTime.Pruning;
using CompileTime.Training;

namespace CompileTime.Tests.Golden;

/// <summary>
/// The recorded calls of torch.nn.utils.prune (family prune): the same masks, where PyTorch's choice does not hang on its sort; random
/// ones by their counts.
/// </summary>
public sealed class GoldenPruningTests
{
    private static readonly string[] Steps = ["l1_unstructured", "ln_structured", "custom_from_mask", "sequence", "random_counts"];

    public static TheoryData<string> Ids => GoldenFamily.Ids("prune", found => found.Text("kind") is not ("error" or "state"));

    [Theory]
    [MemberData(nameof(Ids))]
    public void Pruning_is_reproduced(string id)
    {
        var found = GoldenFamily.Load("prune")[id];
        switch (found.Text("kind"))
        {
            case "nparams_table":
                CheckCounts(found);
                break;
            case "global_unstructured":
                CheckGlobal(found);
                break;
            case var kind when Steps.Contains(kind):
                CheckSteps(found);
                break;
            case var kind:
                Assert.Fail($"Cases of kind '{kind}' are not known.");
                break;
        }
    }

    private static void CheckCounts(GoldenCase found)
    {
        foreach (var row in found["table"].Json.EnumerateArray())
        {
            var isCount = row[0].ValueKind == System.Text.Json.JsonValueKind.Object;
            var amount = new PruningAmount((isCount ? row[0].GetProperty("int") : row[0]).GetDouble(), isCount);
            Assert.Equal(row[2].GetInt32(), amount.Of(row[1].GetInt32()));
        }
    }

    private static void CheckSteps(GoldenCase found)
    {
        var parameter = GoldenPruning.Parameter(found.Tensor("tensor"));
        var pruning = GoldenPruning.Of([parameter]);
        var original = (float[])parameter.Value.Clone();
        var steps = found["steps"].Items.ToList();
        var expected = found["expected"].Items.ToList();
        Assert.Equal(steps.Count, expected.Count);
        var isTie = found.Has("tie_at_threshold") && found.Bool("tie_at_threshold");
        if (found.Has("norms"))
            CheckNorms(steps.Single(), parameter, found.Tensor("norms").Floats);
        var before = 0;
        for (var i = 0; i < steps.Count; i++)
        {
            var scores = steps[i].Has("importance_scores") ? steps[i].Tensor("importance_scores").Floats : (float[])parameter.Value.Clone();
            GoldenPruning.Apply(pruning, steps[i]);
            Assert.True(pruning.IsPruned("weight"));
            var mask = parameter.Mask!;
            var zeros = mask.Count(kept => kept == 0);
            if (expected[i].Has("n_zeros"))
                Assert.Equal(expected[i].Int("n_zeros"), zeros);
            if (expected[i].Has("n_newly_zeroed"))
                Assert.Equal(expected[i].Int("n_newly_zeroed"), zeros - before);
            if (expected[i].Has("n_zero_channels"))
                Assert.Equal(expected[i].Int("n_zero_channels"),
                    Units.Slices(parameter.Shape, steps[i].Int("dim")).Left(mask).Count(left => !left));
            if (expected[i].Has("mask"))
                CheckMask(steps[i], parameter, expected[i].Tensor("mask"), scores, isTie);
            before = zeros;
        }

        // Pruned elements are plain zero here; PyTorch's product with the mask may be -0, or NaN for infinity.
        float[] final = found.Has("final_weight") && !isTie ? found.Tensor("final_weight").Floats : original;
        for (var i = 0; i < final.Length; i++)
            Assert.True(parameter.Mask![i] == 1 ? final[i].Equals(parameter.Value[i]) : parameter.Value[i].Equals(0f));
    }

    // With a tie at the threshold PyTorch's choice depends on its selection algorithm: the count and the threshold do not.
    private static void CheckMask(GoldenCase step, Parameter parameter, GoldenTensor expected, float[] scores, bool isTie)
    {
        float[] mask = [.. expected.Bytes.Select(kept => (float)kept)];
        if (!isTie)
        {
            Assert.Equal(mask, parameter.Mask!);
            return;
        }

        var units = step.Text("op") == "ln_structured" ? Units.Slices(parameter.Shape, step.Int("dim")) : Units.Single(mask.Length);
        var ranked = units.Norms(scores, units.AreElements ? 1 : GoldenPruning.Norm(step));
        float Threshold(float[] of) => ranked.Zip(units.Left(of)).Where(unit => !unit.Second).Max(unit => unit.First);
        Assert.Equal(mask.Count(kept => kept == 0), parameter.Mask!.Count(kept => kept == 0));
        Assert.Equal(Threshold(mask), Threshold(parameter.Mask!));
    }

    // PyTorch sums in float32, here it is done in double: a few units in the last place, for sums of some hundred terms.
    private static void CheckNorms(GoldenCase step, Parameter parameter, float[] expected)
    {
        var actual = Units.Slices(parameter.Shape, step.Int("dim")).Norms(parameter.Value, GoldenPruning.Norm(step));
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], expected[i] * 1e-6f);
    }

    private static void CheckGlobal(GoldenCase found)
    {
        Assert.Equal("L1Unstructured", found.Text("method"));
        var parameters = found.Tensors("tensors").Select((tensor, i) => GoldenPruning.Parameter(tensor, "p" + i)).ToList();
        var pruning = GoldenPruning.Of(parameters);
        if (found.Has("pre"))
        {
            foreach (var (step, parameter) in found["pre"].Items.Zip(parameters))
            {
                if (step.Json.ValueKind != System.Text.Json.JsonValueKind.Null)
                {
                    Assert.Equal("l1_unstructured", step.Text("op"));
                    Assert.False(GoldenPruning.IsCount(step));
                    pruning.L1Unstructured(parameter.Name, GoldenPruning.Fraction(step));
                }
            }
        }

        foreach (var (round, expected) in found["rounds"].Items.Zip(found["expected"].Items))
        {
            var scores = parameters.ToDictionary(parameter => parameter.Name, parameter => (float[])parameter.Value.Clone());
            var given = new Dictionary<string, Array>();
            if (round.Has("importance_scores"))
            {
                foreach (var (tensor, parameter) in round["importance_scores"].Items.Zip(parameters))
                {
                    if (tensor.Json.ValueKind != System.Text.Json.JsonValueKind.Null)
                        given[parameter.Name] = scores[parameter.Name] = tensor.AsTensor().Floats;
                }
            }

            float[] Mask() => [.. parameters.SelectMany(parameter => parameter.Mask ?? PruningTarget.Ones(parameter.Value.Length))];
            var before = Mask().Count(kept => kept == 0);
            if (GoldenPruning.IsCount(round))
                pruning.GlobalUnstructured(parameters.Select(p => p.Name), PruningMethod.L1, GoldenPruning.Count(round), given);
            else
                pruning.GlobalUnstructured(parameters.Select(p => p.Name), PruningMethod.L1, GoldenPruning.Fraction(round), given);
            var mask = Mask();
            float[] wanted = [.. expected.Tensors("masks").SelectMany(tensor => tensor.Bytes).Select(kept => (float)kept)];
            Assert.Equal(expected.Int("n_pruned_this_round"), mask.Count(kept => kept == 0) - before);
            if (!expected.Bool("tie_at_threshold"))
            {
                Assert.Equal(wanted, mask);
                continue;
            }

            float[] all = [.. parameters.SelectMany(parameter => scores[parameter.Name]).Select(MathF.Abs)];
            float Threshold(float[] of) => all.Where((_, i) => of[i] == 0).Max();
            Assert.Equal(wanted.Count(kept => kept == 0), mask.Count(kept => kept == 0));
            Assert.Equal(Threshold(wanted), Threshold(mask));
        }
    }
}
