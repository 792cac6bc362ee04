using CompileTime.Training;

namespace CompileTime.Quantization;

/// <summary>All weights of a network in quantization-aware training, cut in slices by output channel.</summary>
internal sealed class QatWeights(IReadOnlyList<QatWeight> weights) : ISliceWork
{
    private readonly SliceRunner _runner = new();
    private Step _step;
    private bool _observe;

    private enum Step
    {
        Scale,
        Quantize,
        Backward,
    }

    /// <summary>Before a forward pass: the weights it computes with.</summary>
    /// <param name="observe">Whether the observers move.</param>
    public void Quantize(bool observe)
    {
        _observe = observe;
        Run(Step.Scale);
        foreach (var weight in observe ? weights : [])
            weight.Update();
        Run(Step.Quantize);
    }

    /// <summary>After a backward pass.</summary>
    public void Backward() => Run(Step.Backward);

    void ISliceWork.Run(int slice)
    {
        foreach (var weight in weights)
        {
            switch (_step)
            {
                case Step.Scale:
                    weight.Scale(slice, _observe);
                    break;
                case Step.Quantize:
                    weight.Quantize(slice);
                    break;
                default:
                    weight.Backward(slice);
                    break;
            }
        }
    }

    private void Run(Step step)
    {
        _step = step;
        _runner.Run(this);
    }
}
