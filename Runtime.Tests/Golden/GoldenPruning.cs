using CompileTime.Training;

namespace CompileTime.Tests.Golden;

/// <summary>The steps of golden cases as calls of the public functions, on bare parameters.</summary>
internal static class GoldenPruning
{
    public static ParameterPruning Of(IReadOnlyList<Parameter> parameters) => new(
        name => parameters.FirstOrDefault(parameter => parameter.Name == name)
            ?? throw new ArgumentException($"There is no parameter '{name}'.", nameof(name)),
        () => 7, (_, change) => change(), _ => false);

    public static Parameter Parameter(GoldenTensor tensor, string name = "weight")
    {
        var parameter = new Parameter(name, tensor.Shape);
        tensor.Floats.CopyTo(parameter.Value, 0);
        return parameter;
    }

    /// <summary>One step of a case on the parameter <c>weight</c>.</summary>
    public static void Apply(ParameterPruning pruning, GoldenCase step)
    {
        var scores = step.Has("importance_scores") ? Values(step["importance_scores"]) : null;
        switch (step.Text("op"), IsCount(step))
        {
            case ("identity", _):
                pruning.Identity("weight");
                break;
            case ("custom_from_mask", _):
                pruning.CustomFromMask("weight", Values(step["mask"]));
                break;
            case ("l1_unstructured", true):
                pruning.L1Unstructured("weight", Count(step), scores);
                break;
            case ("l1_unstructured", false):
                pruning.L1Unstructured("weight", Fraction(step), scores);
                break;
            case ("random_unstructured", true):
                pruning.RandomUnstructured("weight", Count(step));
                break;
            case ("random_unstructured", false):
                pruning.RandomUnstructured("weight", Fraction(step));
                break;
            case ("ln_structured", true):
                pruning.LnStructured("weight", Count(step), Norm(step), step.Int("dim"), scores);
                break;
            case ("ln_structured", false):
                pruning.LnStructured("weight", Fraction(step), Norm(step), step.Int("dim"), scores);
                break;
            case ("random_structured", true):
                pruning.RandomStructured("weight", Count(step), step.Int("dim"));
                break;
            case ("random_structured", false):
                pruning.RandomStructured("weight", Fraction(step), step.Int("dim"));
                break;
            case var (op, _):
                Assert.Fail($"The step '{op}' is not known.");
                break;
        }
    }

    public static double Norm(GoldenCase step) => step.Json.GetProperty("n") is { ValueKind: System.Text.Json.JsonValueKind.String } text
        ? text.GetString() switch
        {
            "inf" => double.PositiveInfinity,
            "-inf" => double.NegativeInfinity,
            var n => throw new NotSupportedException($"The norm '{n}' is not known."),
        }
        : step.Json.GetProperty("n").GetDouble();

    public static bool IsCount(GoldenCase step) => step.Has("amount") && step["amount"].Text("kind") == "int";

    public static int Count(GoldenCase step) => step["amount"].Int("value");

    public static double Fraction(GoldenCase step) =>
        step["amount"].Json.GetProperty("value") is { ValueKind: System.Text.Json.JsonValueKind.String } ? double.NaN
            : step["amount"].Json.GetProperty("value").GetDouble();

    /// <summary>A tensor, or zeros of a shape that is written alone.</summary>
    private static Array Values(GoldenCase tensor) => tensor.Json.ValueKind == System.Text.Json.JsonValueKind.Array
        ? Array.CreateInstance(typeof(float), [.. tensor.Json.EnumerateArray().Select(size => size.GetInt32())])
        : tensor.AsTensor().Floats;
}
