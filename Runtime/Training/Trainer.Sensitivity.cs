using System.Globalization;
using CompileTime.Pruning;
using CompileTime.Shared;

namespace CompileTime;

public sealed partial class Trainer
{
    private static readonly double[] UsualAmounts = [0.3, 0.5, 0.7, 0.8, 0.9, 0.95];

    /// <summary>
    /// Sensitivity analysis, as Li et al. (2017) and Distiller do it: prunes one layer at a time by L1, without fine-tuning, and tests the
    /// network. Shows which layers bear much pruning and which bear little. Nothing is changed in the end, not a bit.
    /// </summary>
    /// <param name="test">Samples that were not trained with.</param>
    /// <param name="amounts">
    /// Shares of each layer's weights to prune, in [0, 1]; of those that are left, if the layer is pruned already. None for
    /// 30, 50, 70, 80, 90 and 95 %.
    /// </param>
    /// <exception cref="ArgumentException">The samples are not for this model, or an amount is not in [0, 1].</exception>
    /// <exception cref="InvalidOperationException">The network has not been trained, or Fit is running.</exception>
    public SensitivityReport Sensitivity(Dataset test, params double[] amounts) =>
        Sensitivity(test, Structure.Unstructured, amounts, CancellationToken.None);

    /// <summary>As the other overload, for filters or channels as well; can be cancelled.</summary>
    /// <param name="test">Samples that were not trained with.</param>
    /// <param name="structure">What is pruned as one; ranked by the L1 norm. With a filter goes what [Prune] would prune with it.</param>
    /// <param name="amounts">Shares of each layer's weights, filters or channels to prune, in [0, 1]; none for the usual ones.</param>
    /// <param name="cancellationToken">Looked at before every test. The trainer is as it was then, too.</param>
    /// <exception cref="ArgumentException">The samples are not for this model, or an amount is not in [0, 1].</exception>
    /// <exception cref="InvalidOperationException">The network has not been trained, or Fit is running.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The structure is <see cref="Structure.Layer"/>, of which there are no
    /// shares.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public SensitivityReport Sensitivity(Dataset test, Structure structure, IReadOnlyList<double> amounts,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(test);
        ArgumentNullException.ThrowIfNull(amounts);
        if (!Enum.IsDefined(structure))
            throw new ArgumentOutOfRangeException(nameof(structure), structure, "This structure is unknown.");
        if (structure == Structure.Layer)
            throw new ArgumentOutOfRangeException(nameof(structure), structure,
                "A whole layer goes or stays; choose weights, filters or channels.");
        CheckIdle(nameof(Sensitivity));
        test.CheckFits(Definition, nameof(test));
        CheckTrained(nameof(Sensitivity));
        foreach (var amount in amounts)
        {
            if (amount is not (>= 0 and <= 1))
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                    $"The amount {amount} is not a fraction: it must lie between 0 and 1."), nameof(amounts));
        }

        double[] ascending = [.. (amounts.Count == 0 ? UsualAmounts : amounts).Order()];
        cancellationToken.ThrowIfCancellationRequested();
        var baseline = Evaluate(test);
        var layers = new List<LayerSensitivity>();
        foreach (var layer in Definition.Layers.Where(layer => layer.HasWeight))
        {
            var metrics = new double[ascending.Length];
            for (var i = 0; i < metrics.Length; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                metrics[i] = EvaluatePruned(layer, structure, ascending[i], test);
            }

            layers.Add(new LayerSensitivity(layer.Name, layer.Kind.ToString(), Target(layer, structure).Remaining, metrics));
        }

        return new SensitivityReport
        {
            ModelName = Definition.ModelName,
            Structure = structure,
            Samples = test.Count,
            IsClassification = test.HasLabels,
            Baseline = baseline,
            Amounts = ascending,
            Layers = layers,
        };
    }

    private double EvaluatePruned(LayerDefinition layer, Structure structure, double amount, Dataset test)
    {
        var undo = Undo();
        try
        {
            var target = Target(layer, structure);
            Selection.PruneLowest([target], ((PruningAmount)amount).Of(target.Remaining));
            if (structure == Structure.Filter)
                FilterFollowers.Mask(Network, layer);
            return Evaluate(test);
        }
        finally
        {
            undo();
        }
    }

    private PruningTarget Target(LayerDefinition layer, Structure structure)
    {
        var parameter = Network[layer.Name + ".weight"];
        var units = structure switch
        {
            Structure.Filter => Units.Slices(parameter.Shape, 0),
            Structure.Channel => Units.Slices(parameter.Shape, 1),
            _ => Units.Single(parameter.Value.Length),
        };
        return Importance.Target(parameter, units, PruningMethod.L1, norm: 1, seed: 0);
    }
}
