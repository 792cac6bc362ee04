using CompileTime.Training;

namespace CompileTime;

public sealed partial class Trainer
{
    /// <summary>Trains on the data for some epochs.</summary>
    /// <param name="train">Samples of the model's input length, with labels below its number of outputs or as many targets.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="cancellationToken">
    /// Looked at before every batch. The trainer stays usable, with the weights of the last batch; <see cref="FitOptions.Resume"/> goes on.
    /// </param>
    /// <returns>Loss and validation of each epoch.</returns>
    /// <exception cref="ArgumentException">The data is not for this model, or the options contradict each other.</exception>
    /// <exception cref="InvalidOperationException">The loss or a weight became NaN or infinite, or a Fit is running already.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public FitResult Fit(Dataset train, FitOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(train);
        options ??= new FitOptions();
        options.Check(train, Definition);
        if (!LossFunction.Target(Running, options.Loss).NeedsGradient)
            throw new InvalidOperationException($"{Definition.ModelName} has no layer with weights: there is nothing to train.");
        CheckResume(train, options);
        if (Interlocked.CompareExchange(ref _fittingThread, Environment.CurrentManagedThreadId, 0) != 0)
            throw new InvalidOperationException("A Fit of this trainer is running already.");
        var before = _state.Steps;
        try
        {
            if (!options.Resume)
                _state.Restart();
            (_state.BatchSize, _state.Samples) = (options.BatchSize, train.Count);
            if (_optimizer?.Kind != options.Optimizer.Kind)
                _optimizer = NewOptimizer(options);
            var results = RunEpochs(train, options, cancellationToken);
            if (options.EarlyStopping is not null && _state.BestValues is not null)
                RestoreBest();
            return new FitResult(results, _state.StoppedEarly, options.EarlyStopping is null ? _state.Epoch : _state.BestEpoch);
        }
        finally
        {
            _fittingThread = 0;
            if (_state.Steps != before)
                OnTrained();
            if (_state.Steps != before && _qat is not null)
                _qat.IsFitted = true;
        }
    }

    private List<EpochResult> RunEpochs(Dataset train, FitOptions options, CancellationToken cancellationToken)
    {
        var results = new List<EpochResult>();
        var order = new int[train.Count];
        var batches = (train.Count + options.BatchSize - 1) / options.BatchSize;
        Running.Reserve(Math.Min(options.BatchSize, train.Count), training: true);
        var wasTrained = _isTrained;
        var sparsity = Sparsity;
        while (_state.Epoch < options.Epochs && !_state.StoppedEarly)
        {
            for (var i = 0; i < order.Length; i++)
                order[i] = i;
            if (options.Shuffle)
                SeededRandom.For(_seed, 3, _state.EpochsEver).Shuffle(order);
            while (_state.Batch < batches)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (PruneOnSchedule(options, batches, wasTrained))
                    sparsity = Sparsity;
                var start = _state.Batch * options.BatchSize;
                var samples = order.AsSpan(start, Math.Min(options.BatchSize, train.Count - start));
                var rate = Rate(options, batches);
                var loss = TrainBatch(train, samples, options, rate, batches);
                _state.LossSum += loss * samples.Length;
                _state.Batch++;
                if (_state.Batch < batches)
                {
                    options.Progress?.Report(new FitProgress(_state.Epoch + 1, options.Epochs, _state.Batch, batches,
                        _state.LossSum / (start + samples.Length), rate, null, sparsity));
                    continue;
                }

                var result = EndEpoch(train, options, batches);
                results.Add(result);
                options.Progress?.Report(new FitProgress(result.Epoch, options.Epochs, batches, batches, result.Loss, rate,
                    result.ValidationAccuracy, sparsity));
                break;
            }
        }

        return results;
    }

    private double TrainBatch(Dataset train, ReadOnlySpan<int> samples, FitOptions options, double rate, int batches)
    {
        var target = LossFunction.Target(Running, options.Loss);
        LoadBatch(train, samples);
        _qat?.Freeze(_state.EpochsEver);
        Running.ForwardTraining(samples.Length, _state.Steps, target);
        var loss = LossFunction.Compute(options.Loss, target, train, samples);
        if (!double.IsFinite(loss))
            throw Diverged($"The loss became {loss} in epoch {_state.Epoch + 1}, batch {_state.Batch + 1} of {batches}", rate);
        Running.Backward(samples.Length, target);
        _optimizer!.Step(options.Optimizer, rate);
        _state.Steps++;
        return loss;
    }

    /// <summary>Everything that belongs to the end of an epoch, so that a checkpoint taken afterwards starts with the next.</summary>
    private EpochResult EndEpoch(Dataset train, FitOptions options, int batches)
    {
        var broken = Network.Parameters.FirstOrDefault(parameter => VectorMath.IndexOfNonFinite(parameter.Value) >= 0);
        if (broken is not null)
            throw Diverged($"{broken.Name} has a value that is not finite after epoch {_state.Epoch + 1}", options.Optimizer.LearningRate);
        var validation = options.Validation is null ? (double?)null : Evaluate(options.Validation);
        var result = new EpochResult(_state.Epoch + 1, _state.LossSum / train.Count, validation);
        (_state.Epoch, _state.Batch, _state.LossSum) = (result.Epoch, 0, 0);
        _state.EpochsEver++;

        // Before the last pruning the network is another one, which would win by what it may not keep.
        var isPruning = options.Pruning?.LastStep(batches) >= (long)_state.Epoch * batches;
        if (options.EarlyStopping is not null && !isPruning)
            Judge(options.EarlyStopping, result, options.Validation!.HasLabels);
        if (options.CheckpointPath is not null)
            SaveCheckpoint(options.CheckpointPath);
        return result;
    }

    private void Judge(EarlyStopping rule, EpochResult result, bool larger)
    {
        var metric = larger ? result.ValidationAccuracy!.Value : -result.ValidationAccuracy!.Value;
        if (_state.BestValues is null || metric > _state.BestMetric + rule.MinDelta)
        {
            (_state.BestMetric, _state.BestEpoch) = (metric, result.Epoch);
            _state.BestValues = Network.Parameters.Select(parameter => (float[])parameter.Value.Clone()).ToArray();
            _state.BestRanges = _qat?.Network.SaveRanges();
        }

        _state.StoppedEarly = result.Epoch - _state.BestEpoch >= rule.Patience;
    }

    private void RestoreBest()
    {
        RestoreValues(_state.BestValues!);
        if (_state.BestRanges is not null)
            _qat?.Network.LoadRanges(_state.BestRanges);
    }

    private double Rate(FitOptions options, int batches)
    {
        if (options.Schedule is null)
            return options.Optimizer.LearningRate;
        var (from, to) = options.Pruning?.Round(_state.Epoch, options.Epochs) ?? (0, options.Epochs);
        var factor = options.Schedule.Factor(((_state.Epoch - from) * batches) + _state.Batch, batches, to - from);
        if (!(factor >= 0) || !double.IsFinite(factor))
            throw new InvalidOperationException(
                $"{options.Schedule.GetType().Name} gave the factor {factor}; it must be finite and at least 0.");
        return options.Optimizer.LearningRate * factor;
    }

    private void CheckResume(Dataset train, FitOptions options)
    {
        if (options.Resume && _state.Batch > 0 && (_state.BatchSize, _state.Samples) != (options.BatchSize, train.Count))
            throw new ArgumentException(
                $"The interrupted epoch had {_state.Samples} samples in batches of {_state.BatchSize}, and this Fit has " +
                $"{train.Count} in batches of {options.BatchSize}: resume with the same, or set Resume = false.", nameof(options));
    }

    private static InvalidOperationException Diverged(string what, double rate) => new(
        FormattableString.Invariant($"{what} (learning rate {rate:G6}). Lower the learning rate, scale the inputs to about -1 to 1, or ") +
        "start again from an earlier checkpoint.");
}
