using CompileTime.Pruning;
using CompileTime.Quantization;
using CompileTime.Training;

namespace CompileTime;

public sealed partial class Trainer
{
    /// <summary>
    /// Single parameters pruned by hand: the functions of torch.nn.utils.prune. What the attributes declare is pruned by
    /// <see cref="Prune"/>,
    /// or by a Fit with <see cref="FitOptions.Pruning"/>.
    /// </summary>
    public ParameterPruning Pruning => field ??= new ParameterPruning(name => Network[name], () => _seed, ChangeMasks, IsSkipped);

    /// <summary>
    /// Prunes what the [Prune] attributes declare: the class's share over all its layers together, as prune.global_unstructured, those of
    /// layers one by one. Training that follows keeps the pruned weights at zero. Called again, it prunes the same share of what is left.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// No [Prune] is declared, the network has not been trained, Fit is running, or a layer would become the identity after
    /// <see cref="PrepareQat"/>.
    /// </exception>
    /// <exception cref="ArgumentException">More weights are to be pruned than are left.</exception>
    public void Prune()
    {
        CheckIdle(nameof(Prune));
        if (!PruningPlan.IsDeclared(Definition))
            throw new InvalidOperationException(
                $"{Definition.ModelName} declares nothing to prune: add [Prune(0.6, L1)] to the class or to a layer.");
        CheckTrained(nameof(Prune));
        ChangeMasks(() => PruningPlan.Apply(Network, _seed), _isTrained);
        OnTrained();
    }

    /// <summary>
    /// Returns weights, biases and running statistics to the values that the seed gave them at first; masks stay, and momentum is
    /// forgotten. What was found by training and pruning is then trained anew: a lottery ticket.
    /// </summary>
    /// <exception cref="InvalidOperationException">A Fit is running.</exception>
    public void RewindWeights()
    {
        CheckIdle(nameof(RewindWeights));
        RestoreInitial();
        OnTrained();
    }

    /// <summary>As the other overload, to the values of a checkpoint: rewinding to an early epoch (Frankle and others 2020).</summary>
    /// <param name="checkpoint">A file that <see cref="SaveCheckpoint"/> wrote.</param>
    /// <exception cref="InvalidDataException">The file is not a checkpoint of this network, or it was cut short or edited.</exception>
    /// <exception cref="InvalidOperationException">A Fit is running.</exception>
    public void RewindWeights(string checkpoint)
    {
        CheckIdle(nameof(RewindWeights));
        RestoreValues(Checkpoint.Load(checkpoint, Network).Values);
        _optimizer = null;
        OnTrained();
    }

    /// <summary>Changes masks, and keeps what was there before the first of them to be compared with.</summary>
    /// <param name="change">On an error nothing is changed.</param>
    /// <param name="isBaseline">Whether the weights before are those of a trained network.</param>
    private void ChangeMasks(Action change, bool isBaseline)
    {
        var before = IsPruned ? (HasBaseline ? _baseline : null) : isBaseline ? Snapshot() : null;
        if (_qat is null)
            change();
        else
            ChangeQatMasks(change, _qat.Network);
        _baseline = before;
        _masksOfPrune.Clear();
        _masksOfPrune.AddRange(Masks());
        WasPruned = true;
    }

    // What is rounded was decided when the network was prepared, and a layer that is skipped is not.
    private void ChangeQatMasks(Action change, QatNetwork prepared)
    {
        var undo = Undo();
        try
        {
            change();
            if (!prepared.Skipped.SetEquals(Network.Skipped))
                throw new InvalidOperationException(
                    $"Since PrepareQat no layer of {Definition.ModelName} can be pruned to the identity: prune layers " +
                    "(Structure.Layer) before.");
        }
        catch
        {
            undo();
            throw;
        }
    }

    /// <summary>What puts values and masks back as they are now. Until then masks are other arrays: they are written into.</summary>
    private Action Undo()
    {
        var before = Network.Parameters.Select(parameter => (Values: (float[])parameter.Value.Clone(), parameter.Mask)).ToArray();
        foreach (var parameter in Network.Parameters)
            parameter.Mask = (float[]?)parameter.Mask?.Clone();
        return () =>
        {
            for (var i = 0; i < before.Length; i++)
            {
                Network.Parameters[i].Mask = before[i].Mask;
                before[i].Values.CopyTo(Network.Parameters[i].Value, 0);
            }
        };
    }

    private bool IsSkipped(string parameter) => Network.Skipped.Any(layer => parameter == layer + ".weight");

    /// <summary>As a change by the user: not while Fit runs, and what was calibrated no longer holds.</summary>
    private void ChangeMasks(string method, Action change)
    {
        CheckIdle(method);
        var wasTrained = _isTrained;
        ChangeMasks(change, wasTrained);
        OnTrained();
        _isTrained = wasTrained;
    }

    // The initial values depend on the seed and on nothing else, so nothing has to be kept for this.
    private void RestoreInitial()
    {
        RestoreValues([.. new FloatNetwork(Definition, _seed).Parameters.Select(parameter => parameter.Value)]);
        _optimizer = null;
    }

    /// <summary>Prunes if it is time to. Between two batches, and decided by their number alone: a resumed Fit does the same.</summary>
    private bool PruneOnSchedule(FitOptions options, int batches, bool wasTrained)
    {
        var step = ((long)_state.Epoch * batches) + _state.Batch;
        if (options.Pruning is not { } schedule || !schedule.IsDue(step, batches))
            return false;
        Reach(schedule, step, batches, wasTrained);
        if (schedule.Rewinds == Rewind.Weights)
            RestoreInitial();
        _optimizer ??= NewOptimizer(options);
        return true;
    }

    // Apart from the above, which is called for every batch and must not allocate.
    private void Reach(PruningSchedule schedule, long step, int batches, bool wasTrained)
    {
        double By(double amount) => schedule.Amount(amount, step, batches);
        ChangeMasks(() => PruningPlan.Reach(Network, _seed, By, schedule.Part(step, batches)), wasTrained);
    }

    private OptimizerState NewOptimizer(FitOptions options) => new(Network.Trained, options.Optimizer.Kind, options.Optimizer.Slots);
}
