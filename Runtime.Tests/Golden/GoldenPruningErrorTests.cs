using System.Reflection;
using System.Text.Json;
using CompileTime.Training;

namespace CompileTime.Tests.Golden;

/// <summary>What torch.nn.utils.prune refuses is refused here, with the same meaning; what C# cannot even write, its types
/// forbid.</summary>
public sealed class GoldenPruningErrorTests
{
    public static TheoryData<string> Errors => GoldenFamily.Ids("prune", found => found.Text("kind") == "error");

    public static TheoryData<string> States => GoldenFamily.Ids("prune", found => found.Text("kind") == "state");

    [Theory]
    [MemberData(nameof(Errors))]
    public void Errors_are_reproduced(string id)
    {
        var found = GoldenFamily.Load("prune")[id];
        if (found.Has("step"))
            CheckStep(found);
        else
            CheckOther(found);
    }

    [Theory]
    [MemberData(nameof(States))]
    public void States_are_reproduced(string id)
    {
        var found = GoldenFamily.Load("prune")[id];
        var parameter = new Parameter("weight", [3, 4]);
        var pruning = GoldenPruning.Of([parameter]);
        switch (id)
        {
            case "state_after_error":
                Assert.Throws<ArgumentException>(() => pruning.L1Unstructured("weight", 13));
                break;
            case "state_names":
                pruning.L1Unstructured("weight", 0.5);
                break;
            default:
                Assert.Fail($"The state '{id}' is not known.");
                break;
        }

        // PyTorch keeps the mask as a buffer, and the values under another name while there is one.
        Check(found);
        if (found.Has("after_remove"))
        {
            pruning.Remove("weight");
            Check(found["after_remove"]);
            Assert.Throws<InvalidOperationException>(() => pruning.Remove("weight"));
        }

        void Check(GoldenCase state)
        {
            Assert.Equal(state.Bool("is_pruned"), pruning.IsPruned("weight"));
            Assert.Equal(state["buffers"].Json.GetArrayLength() == 1, pruning.GetMask("weight") is not null);
            Assert.Equal(state.Bool("is_pruned") ? "weight_orig" : "weight", state["parameters"].Json[0].GetString());
        }
    }

    private static void CheckStep(GoldenCase found)
    {
        var step = found["step"];
        if (step.Has("amount") && step["amount"].Json.ValueKind == JsonValueKind.String)
        {
            Assert.StartsWith("Invalid type for amount", found["expected"].Text("message"), StringComparison.Ordinal);
            AmountsAreNumbers();
            return;
        }

        var parameter = new Parameter("weight", found.Ints("shape"));
        for (var i = 0; i < parameter.Value.Length; i++)
            parameter.Value[i] = i + 1;
        var pruning = GoldenPruning.Of([parameter]);
        if (found.Has("pre"))
        {
            foreach (var pre in found["pre"].Items)
                GoldenPruning.Apply(pruning, pre);
        }

        var before = pruning.GetMask("weight");
        if (!found.Has("expected"))
        {
            GoldenPruning.Apply(pruning, step);
            return;
        }

        var thrown = Assert.ThrowsAny<ArgumentException>(() => GoldenPruning.Apply(pruning, step));
        Assert.Equal(found["expected"].Text("type") == "IndexError", thrown is ArgumentOutOfRangeException);
        Assert.Contains(Meaning(found["expected"].Text("message")), thrown.Message, StringComparison.Ordinal);
        Assert.Equal(before, pruning.GetMask("weight"));
    }

    // What of PyTorch's message says what is wrong; the rest says it in terms of its own classes.
    private static string Meaning(string message) =>
        message.Contains("importance_scores", StringComparison.Ordinal) ? "importance_scores should have the same shape as parameter weight"
        : message.Length == 0 ? "mask should have the same shape as parameter weight"
        : message.Contains("NaN", StringComparison.Ordinal) ? "amount=NaN should either be a float in the range [0, 1]"
        : message.Contains("multidimensional", StringComparison.Ordinal) ? "can only be applied to multidimensional tensors"
        : message.Contains("ndex", StringComparison.Ordinal) ? "Invalid index"
        : message;

    private static void CheckOther(GoldenCase found)
    {
        var (a, b) = (new Parameter("a", [2, 2]), new Parameter("b", [4]));
        var pruning = GoldenPruning.Of([a, b]);
        string[] names = ["a", "b"];
        var message = found["expected"].Text("message");
        switch (found.Id)
        {
            case "err_remove":
                Assert.Contains("has to be pruned before pruning can be removed",
                    Assert.Throws<InvalidOperationException>(() => pruning.Remove("a")).Message, StringComparison.Ordinal);
                break;
            case "err_no_param":
                Assert.Contains("'nope'", Assert.Throws<ArgumentException>(() => pruning.L1Unstructured("nope", 0.5)).Message,
                    StringComparison.Ordinal);
                break;
            case "err_global_neg":
                Fails(() => pruning.GlobalUnstructured(names, PruningMethod.L1, -0.1));
                break;
            case "err_global_gt1":
                Fails(() => pruning.GlobalUnstructured(names, PruningMethod.L1, 1.5));
                break;
            case "err_global_int":
                Fails(() => pruning.GlobalUnstructured(names, PruningMethod.L1, 9));
                break;
            case "err_global_structured":
                Assert.Contains("Only \"unstructured\"",
                    Assert.Throws<ArgumentException>(() => pruning.GlobalUnstructured(names, PruningMethod.Ln, 0.5)).Message,
                    StringComparison.Ordinal);
                break;
            case "err_validate_init_neg":
                Fails(() => pruning.L1Unstructured("a", -1));
                break;
            case "err_global_not_iterable" or "err_global_bad_scores" or "err_container_add":
                Assert.Equal("TypeError", found["expected"].Text("type"));
                AmountsAreNumbers();
                break;
            default:
                Assert.Fail($"The error '{found.Id}' is not known.");
                break;
        }

        Assert.False(pruning.IsPruned("a") || pruning.IsPruned("b"));

        void Fails(Action call) => Assert.Contains(message, Assert.Throws<ArgumentException>(call).Message, StringComparison.Ordinal);
    }

    // Python finds these out when it runs: that an amount is no number, names no list, scores no dictionary, a method no method.
    private static void AmountsAreNumbers()
    {
        var parameters = typeof(ParameterPruning).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .SelectMany(method => method.GetParameters()).ToList();
        Assert.All(parameters.Where(p => p.Name == "amount"),
            p => Assert.True(p.ParameterType == typeof(int) || p.ParameterType == typeof(double)));
        Assert.All(parameters.Where(p => p.Name == "names"), p => Assert.Equal(typeof(IEnumerable<string>), p.ParameterType));
        Assert.All(parameters.Where(p => p.Name == "method"), p => Assert.Equal(typeof(PruningMethod), p.ParameterType));
        Assert.All(parameters.Where(p => p.Name == "importanceScores" && p.Member.Name == "GlobalUnstructured"),
            p => Assert.Equal(typeof(IReadOnlyDictionary<string, Array>), p.ParameterType));
    }
}
