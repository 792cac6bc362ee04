using CompileTime.Pruning;
using CompileTime.Training;

namespace CompileTime;

/// <summary>
/// torch.nn.utils.prune for single parameters, by PyTorch's names: <c>trainer.Pruning.L1Unstructured("0.weight", 0.3)</c>. An amount that
/// is a
/// <c>double</c> is a fraction in [0, 1] of what is left, rounded half to even; an <c>int</c> is a number. A second call acts on what the
/// first
/// has left, as in a PruningContainer. Of equal scores the lowest flat index goes first. Unlike <see cref="Structure.Filter"/>, structured
/// functions mask the parameter alone. On an error nothing is changed.
/// </summary>
/// <remarks>
/// Importance scores stand in for the values: a flat array, row-major, or one with the parameter's shape (<c>float[,]</c>); their
/// magnitudes
/// count.
/// </remarks>
public sealed class ParameterPruning
{
    private readonly Func<string, Parameter> _find;
    private readonly Func<int> _seed;
    private readonly Action<string, Action> _change;
    private readonly Func<string, bool> _isSkipped;

    /// <param name="find">The parameter of a name; throws when there is none.</param>
    /// <param name="seed">What random scores are drawn from.</param>
    /// <param name="change">Carries out a change of masks; the first argument is the function's name.</param>
    /// <param name="isSkipped">Whether a parameter is the weight of a layer that was pruned to the identity.</param>
    internal ParameterPruning(
        Func<string, Parameter> find, Func<int> seed, Action<string, Action> change, Func<string, bool> isSkipped) =>
        (_find, _seed, _change, _isSkipped) = (find, seed, change, isSkipped);

    /// <summary>Prunes a fraction of the elements with the smallest magnitudes, as l1_unstructured.</summary>
    /// <param name="name">One of <see cref="Trainer.ParameterNames"/> that is trained.</param>
    /// <param name="amount">Fraction of what is left.</param>
    /// <param name="importanceScores">In the place of the values; null for these.</param>
    /// <exception cref="ArgumentException">There is no such parameter, the amount is out of range, or the scores have another
    /// shape.</exception>
    public void L1Unstructured(string name, double amount, Array? importanceScores = null) =>
        Unstructured(name, PruningMethod.L1, amount, importanceScores);

    /// <summary>Prunes a number of elements.</summary>
    /// <inheritdoc cref="L1Unstructured(string, double, Array?)"/>
    public void L1Unstructured(string name, int amount, Array? importanceScores = null) =>
        Unstructured(name, PruningMethod.L1, amount, importanceScores);

    /// <summary>Prunes a fraction of the elements by chance, from the trainer's seed, as random_unstructured.</summary>
    /// <inheritdoc cref="L1Unstructured(string, double, Array?)"/>
    public void RandomUnstructured(string name, double amount) => Unstructured(name, PruningMethod.Random, amount, null);

    /// <summary>Prunes a number of elements by chance.</summary>
    /// <inheritdoc cref="L1Unstructured(string, double, Array?)"/>
    public void RandomUnstructured(string name, int amount) => Unstructured(name, PruningMethod.Random, amount, null);

    /// <summary>Prunes a fraction of the slices along a dimension, those with the smallest norm, as ln_structured.</summary>
    /// <param name="name">One of <see cref="Trainer.ParameterNames"/> that is trained.</param>
    /// <param name="amount">Fraction of the slices that are not empty.</param>
    /// <param name="n">Which norm: any number but 0, or an infinity.</param>
    /// <param name="dim">The dimension; negative from the end.</param>
    /// <param name="importanceScores">In the place of the values; null for these.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such dimension.</exception>
    /// <exception cref="ArgumentException">
    /// There is no such parameter, it has one dimension only, the amount is out of range, or the scores have another shape.
    /// </exception>
    public void LnStructured(string name, double amount, double n, int dim, Array? importanceScores = null) =>
        Structured(name, PruningMethod.Ln, amount, n, dim, importanceScores);

    /// <summary>Prunes a number of slices along a dimension.</summary>
    /// <inheritdoc cref="LnStructured(string, double, double, int, Array?)"/>
    public void LnStructured(string name, int amount, double n, int dim, Array? importanceScores = null) =>
        Structured(name, PruningMethod.Ln, amount, n, dim, importanceScores);

    /// <summary>Prunes a fraction of the slices along a dimension by chance, as random_structured.</summary>
    /// <inheritdoc cref="LnStructured(string, double, double, int, Array?)"/>
    public void RandomStructured(string name, double amount, int dim) => Structured(name, PruningMethod.Random, amount, 1, dim, null);

    /// <summary>Prunes a number of slices along a dimension by chance.</summary>
    /// <inheritdoc cref="LnStructured(string, double, double, int, Array?)"/>
    public void RandomStructured(string name, int amount, int dim) => Structured(name, PruningMethod.Random, amount, 1, dim, null);

    /// <summary>Prunes a fraction of the elements of several parameters together, as global_unstructured.</summary>
    /// <param name="names">At least one; each once.</param>
    /// <param name="method">L1 or Random; as in PyTorch, structures cannot be ranked globally here (attributes can).</param>
    /// <param name="amount">Fraction of what is left of all of them.</param>
    /// <param name="importanceScores">By name, in the place of a parameter's values.</param>
    /// <exception cref="ArgumentException">A name, the method or the amount is not right, or scores have another shape.</exception>
    public void GlobalUnstructured(IEnumerable<string> names, PruningMethod method, double amount,
        IReadOnlyDictionary<string, Array>? importanceScores = null) => Global(names, method, amount, importanceScores);

    /// <summary>Prunes a number of elements of several parameters together.</summary>
    /// <inheritdoc cref="GlobalUnstructured(IEnumerable{string}, PruningMethod, double, IReadOnlyDictionary{string, Array}?)"/>
    public void GlobalUnstructured(IEnumerable<string> names, PruningMethod method, int amount,
        IReadOnlyDictionary<string, Array>? importanceScores = null) => Global(names, method, amount, importanceScores);

    /// <summary>Prunes where the mask is 0, as custom_from_mask; what is pruned already stays so.</summary>
    /// <param name="name">One of <see cref="Trainer.ParameterNames"/> that is trained.</param>
    /// <param name="mask">Zeros and ones, flat or with the parameter's shape.</param>
    /// <exception cref="ArgumentException">There is no such parameter, or the mask has another shape or other numbers.</exception>
    public void CustomFromMask(string name, Array mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        var parameter = Find(name);
        var kept = Flatten(mask, parameter, "mask");
        if (Array.FindIndex(kept, value => value is not (0 or 1)) is >= 0 and var bad)
            throw new ArgumentException($"Element {bad} of the mask is {kept[bad]}; it must be 0 (pruned) or 1 (kept).", nameof(mask));
        Change(nameof(CustomFromMask), parameter, () => Target(parameter).Prune(Array.ConvertAll(kept, value => value == 0)));
    }

    /// <summary>Prunes nothing, but marks the parameter as pruned, as identity.</summary>
    /// <param name="name">One of <see cref="Trainer.ParameterNames"/> that is trained.</param>
    /// <exception cref="ArgumentException">There is no such parameter.</exception>
    public void Identity(string name) => Change(nameof(Identity), Find(name), () => { });

    /// <summary>Prunes all but the <paramref name="n"/> largest of every <paramref name="m"/> consecutive inputs: the 2:4
    /// pattern.</summary>
    /// <param name="name">A weight.</param>
    /// <param name="n">Kept of each group, at least 1.</param>
    /// <param name="m">Size of a group; divides the inputs (dimension 1).</param>
    /// <exception cref="ArgumentException">There is no such parameter, or the pattern does not fit.</exception>
    public void NofM(string name, int n, int m)
    {
        var parameter = Find(name);
        CompileTime.Pruning.NofM.Check(parameter, n, m);
        Change(nameof(NofM), parameter, () => CompileTime.Pruning.NofM.Prune(parameter, parameter.Value, n, m));
    }

    /// <summary>
    /// Prunes blocks of outputs and inputs, those with the smallest mean magnitude, up to the block that brings their share of the weights
    /// nearest to a fraction. Blocks at the edges are smaller.
    /// </summary>
    /// <param name="name">A weight.</param>
    /// <param name="amount">Fraction of the weights in blocks that are not empty.</param>
    /// <param name="outputs">Size of a block along dimension 0.</param>
    /// <param name="inputs">Size of a block along dimension 1, at one place of the kernel.</param>
    /// <exception cref="ArgumentException">There is no such parameter, the amount is out of range, or the block does not fit.</exception>
    public void L1Blocks(string name, double amount, int outputs, int inputs)
    {
        var parameter = Find(name);
        if (parameter.Shape.Length > 1 && (outputs > parameter.Shape[0] || inputs > parameter.Shape[1]))
            throw new ArgumentException(
                $"A block of {outputs} outputs and {inputs} inputs is larger than {name} of shape [{string.Join(", ", parameter.Shape)}].");
        var units = Units.Blocks(parameter.Shape, outputs, inputs);
        Lowest(nameof(L1Blocks), [Importance.Target(parameter, units, PruningMethod.L1, 1, _seed())], amount, bySize: true);
    }

    /// <summary>Prunes every element whose magnitude is below the threshold.</summary>
    /// <param name="name">One of <see cref="Trainer.ParameterNames"/> that is trained.</param>
    /// <param name="threshold">Positive and finite.</param>
    /// <exception cref="ArgumentException">There is no such parameter, or the threshold is out of range.</exception>
    public void Below(string name, double threshold)
    {
        if (!(threshold > 0 && double.IsFinite(threshold)))
            throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "A threshold must be positive and finite.");
        var parameter = Find(name);
        Change(nameof(Below), parameter, () => Selection.PruneBelow(Target(parameter), threshold));
    }

    /// <summary>Makes pruning permanent, as remove: the zeros stay in the values, the mask goes, and training may move them
    /// again.</summary>
    /// <param name="name">A pruned parameter.</param>
    /// <exception cref="ArgumentException">There is no such parameter.</exception>
    /// <exception cref="InvalidOperationException">
    /// It is not pruned, its layer was pruned to the identity (<see cref="Structure.Layer"/>), or a Fit is running.
    /// </exception>
    public void Remove(string name)
    {
        var parameter = Find(name);
        if (parameter.Mask is null)
            throw new InvalidOperationException($"Parameter '{name}' has to be pruned before pruning can be removed.");
        if (_isSkipped(name))
            throw new InvalidOperationException(
                $"'{name}' belongs to a layer that was pruned to the identity: it has no weights that could be trained again.");
        _change(nameof(Remove), () => parameter.Mask = null);
    }

    /// <summary>Whether the parameter has a mask, be it of ones; see <see cref="Trainer.IsPruned"/> for the network.</summary>
    /// <param name="name">One of <see cref="Trainer.ParameterNames"/>.</param>
    /// <exception cref="ArgumentException">There is no such parameter.</exception>
    public bool IsPruned(string name) => _find(name).Mask is not null;

    /// <summary>A copy of the mask, 1 for kept and 0 for pruned, row-major; null when the parameter is not pruned.</summary>
    /// <param name="name">One of <see cref="Trainer.ParameterNames"/>.</param>
    /// <exception cref="ArgumentException">There is no such parameter.</exception>
    public float[]? GetMask(string name) => (float[]?)_find(name).Mask?.Clone();

    private void Unstructured(string name, PruningMethod method, PruningAmount amount, Array? scores)
    {
        var parameter = Find(name);
        Lowest(method + nameof(Unstructured), [Target(parameter, method, scores)], amount);
    }

    private void Structured(string name, PruningMethod method, PruningAmount amount, double n, int dim, Array? scores)
    {
        var parameter = Find(name);
        var units = Units.Slices(parameter.Shape, dim);
        var given = scores is null ? null : Flatten(scores, parameter, "importance_scores");
        Lowest(method + nameof(Structured), [Importance.Target(parameter, units, method, n, _seed(), given)], amount);
    }

    private void Global(
        IEnumerable<string> names, PruningMethod method, PruningAmount amount, IReadOnlyDictionary<string, Array>? importanceScores)
    {
        ArgumentNullException.ThrowIfNull(names);
        if (method is not (PruningMethod.L1 or PruningMethod.Random))
            throw new ArgumentException($"Only \"unstructured\" methods can prune globally: L1 or Random, not {method}.", nameof(method));
        var list = names.ToList();
        if (list.Count == 0 || list.Distinct().Count() != list.Count)
            throw new ArgumentException("Name at least one parameter, and each once.", nameof(names));
        if (importanceScores?.Keys.FirstOrDefault(key => !list.Contains(key)) is { } stray)
            throw new ArgumentException($"There are importance scores for '{stray}', which is not to be pruned.", nameof(importanceScores));
        var targets = list.Select(name => Target(Find(name), method, importanceScores?.GetValueOrDefault(name))).ToList();
        Lowest(nameof(GlobalUnstructured), targets, amount);
    }

    private void Lowest(string method, IReadOnlyList<PruningTarget> targets, PruningAmount amount, bool bySize = false)
    {
        var count = amount.Of(targets.Sum(target => bySize ? target.RemainingElements : target.Remaining));
        _change(method, () =>
        {
            Selection.PruneLowest(targets, count, bySize: bySize);
            foreach (var target in targets)
                target.Parameter.Mask ??= PruningTarget.Ones(target.Units.Elements);
        });
    }

    // As in PyTorch a parameter counts as pruned after any of the functions, though nothing may have been.
    private void Change(string method, Parameter parameter, Action change) => _change(method, () =>
    {
        change();
        parameter.Mask ??= PruningTarget.Ones(parameter.Value.Length);
    });

    private PruningTarget Target(Parameter parameter, PruningMethod method = PruningMethod.L1, Array? scores = null) => Importance.Target(
        parameter, Units.Single(parameter.Value.Length), method, 1, _seed(),
        scores is null ? null : Flatten(scores, parameter, "importance_scores"));

    private Parameter Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var parameter = _find(name);
        return parameter.IsBuffer
            ? throw new ArgumentException($"'{name}' is a running statistic, which is not trained and cannot be pruned.", nameof(name))
            : parameter;
    }

    private static float[] Flatten(Array values, Parameter parameter, string what)
    {
        var isFlat = values.Rank == 1 && values.Length == parameter.Value.Length;
        var shape = Enumerable.Range(0, values.Rank).Select(values.GetLength).ToArray();
        var isSame = shape.SequenceEqual(parameter.Shape);
        if (!isFlat && !isSame)
            throw new ArgumentException(
                $"{what} should have the same shape as parameter {parameter.Name}, [{string.Join(", ", parameter.Shape)}], and it is " +
                $"[{string.Join(", ", shape)}].");
        if (values.GetType().GetElementType() != typeof(float))
            throw new ArgumentException($"{what} must be of type float.");
        var flat = new float[values.Length];
        Buffer.BlockCopy(values, 0, flat, 0, flat.Length * sizeof(float));
        return flat;
    }
}
