using CompileTime.Pruning;
using CompileTime.Training;

namespace CompileTime.Tests.Golden;

/// <summary>The recorded L1 prunings (family prune): the same masks as PyTorch, where its choice does not hang on its sort.</summary>
public sealed class GoldenPruningTests
{
    // The kinds that exist here; the family records structured, random and custom pruning, too.
    private static readonly string[] Kinds = ["nparams_table", "l1_unstructured", "global_unstructured"];

    public static TheoryData<string> Ids => GoldenFamily.Ids("prune", found => Kinds.Contains(found.Text("kind")));

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
            case "l1_unstructured":
                CheckOne(found);
                break;
            case "global_unstructured":
                CheckGlobal(found);
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

    private static void CheckOne(GoldenCase found)
    {
        var parameter = Parameter(found.Tensor("tensor"));
        var steps = found["steps"].Items.ToList();
        var expected = found["expected"].Items.ToList();
        Assert.Equal(steps.Count, expected.Count);
        var isTie = found.Has("tie_at_threshold") && found.Bool("tie_at_threshold");
        for (var i = 0; i < steps.Count; i++)
        {
            Assert.Equal("l1_unstructured", steps[i].Text("op"));
            float[] scores = steps[i].Has("importance_scores")
                ? steps[i].Tensor("importance_scores").Floats
                : Importance.Scores(PruningMethod.L1, parameter);
            UnstructuredPruning.Prune([parameter], [scores], Amount(steps[i]["amount"]));
            CheckMasks([parameter], [expected[i].Tensor("mask")], [scores], isTie);
        }

        if (isTie)
            return;
        var final = found.Tensor("final_weight").Floats;
        for (var i = 0; i < final.Length; i++)
        {
            // Pruned elements are plain zero here; PyTorch's product with the mask may be -0, or NaN for infinity.
            Assert.True(parameter.Mask is null || parameter.Mask[i] == 1 ? final[i].Equals(parameter.Value[i])
                : parameter.Value[i].Equals(0f));
        }
    }

    private static void CheckGlobal(GoldenCase found)
    {
        Assert.Equal("L1Unstructured", found.Text("method"));
        var parameters = found.Tensors("tensors").Select(Parameter).ToList();
        if (found.Has("pre"))
        {
            foreach (var (step, parameter) in found["pre"].Items.Zip(parameters))
            {
                if (step.Json.ValueKind != System.Text.Json.JsonValueKind.Null)
                    UnstructuredPruning.Prune([parameter], [Importance.Scores(PruningMethod.L1, parameter)], Amount(step["amount"]));
            }
        }

        foreach (var (round, expected) in found["rounds"].Items.Zip(found["expected"].Items))
        {
            var scores = parameters.Select(parameter => Importance.Scores(PruningMethod.L1, parameter)).ToList();
            if (round.Has("importance_scores"))
            {
                var given = round["importance_scores"].Items.ToList();
                for (var i = 0; i < given.Count; i++)
                {
                    if (given[i].Json.ValueKind != System.Text.Json.JsonValueKind.Null)
                        scores[i] = given[i].AsTensor().Floats;
                }
            }

            Assert.Equal(expected.Int("n_pruned_this_round"), UnstructuredPruning.Prune(parameters, scores, Amount(round["amount"])));
            CheckMasks(parameters, expected.Tensors("masks"), scores, expected.Bool("tie_at_threshold"));
        }
    }

    // With a tie at the threshold PyTorch's choice depends on its selection algorithm: the count and the threshold do not.
    private static void CheckMasks(IReadOnlyList<Parameter> parameters, IReadOnlyList<GoldenTensor> masks, IReadOnlyList<float[]> scores,
        bool isTie)
    {
        float[] expected = [.. masks.SelectMany(mask => mask.Bytes).Select(kept => (float)kept)];
        float[] actual = [.. parameters.SelectMany(parameter => parameter.Mask ?? [.. parameter.Value.Select(_ => 1f)])];
        if (!isTie)
        {
            Assert.Equal(expected, actual);
            return;
        }

        float[] all = [.. scores.SelectMany(values => values)];
        float Threshold(float[] mask) => all.Where((_, i) => mask[i] == 0).Max();
        Assert.Equal(expected.Count(kept => kept == 0), actual.Count(kept => kept == 0));
        Assert.Equal(Threshold(expected), Threshold(actual));
    }

    private static PruningAmount Amount(GoldenCase amount) =>
        new(amount.Json.GetProperty("value").GetDouble(), amount.Text("kind") == "int");

    private static Parameter Parameter(GoldenTensor tensor)
    {
        var parameter = new Parameter("weight", tensor.Shape);
        tensor.Floats.CopyTo(parameter.Value, 0);
        return parameter;
    }
}
