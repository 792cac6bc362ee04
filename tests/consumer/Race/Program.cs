using System.Globalization;
using Digits;
using Races;

// train: weights for the networks; turns NETWORK: one side of a race; race DLL PROGRAM [NETWORK...]: this program, compiled
// just in time and natively.
switch (args)
{
    case ["train"]:
        foreach (var (name, inputs, trainer) in (ReadOnlySpan<(string, int, Trainer)>)[
            (nameof(Tiny), Tiny.InputLength, Tiny.CreateTrainer(1)), (nameof(Mlp), Mlp.InputLength, Mlp.CreateTrainer(1)),
            (nameof(Residual), Residual.InputLength, Residual.CreateTrainer(1)),
            (nameof(Depthwise), Depthwise.InputLength, Depthwise.CreateTrainer(1))])
            Train(name, inputs, trainer);
        return 0;
    case ["turns", var network]:
        Turns(network);
        return 0;
    case ["race", var justInTime, var native, .. var only]:
        Race(justInTime, native, only is [] ? [nameof(Tiny), nameof(Mlp), nameof(DigitLeNet), nameof(Residual), nameof(Depthwise)] : only);
        return 0;
    default:
        Console.Error.WriteLine("train, turns or race?");
        return 1;
}

// How fast a network is does not depend on what it is good for: a little noise is enough to train with.
static void Train(string name, int inputs, Trainer trainer)
{
    var samples = new byte[inputs * 64];
    new Random(1).NextBytes(samples);
    var data = new Dataset(samples, [.. Enumerable.Range(0, 64).Select(i => i % 4)]);
    trainer.Fit(data, new FitOptions { Epochs = 1, Optimizer = new Adam(1e-3f) });
    if (name == nameof(Mlp))
        trainer.Prune();
    trainer.Calibrate(data);
    trainer.Convert().Save($"Models/{name}");
}

static void Turns(string network)
{
    var (input, output) = (new byte[784], new float[10]);
    new Random(2).NextBytes(input);
    switch (network)
    {
        case nameof(Tiny):
            var tiny = new Tiny();
            Contender.Answer($"{tiny.InstructionSet}", calls =>
            {
                for (var i = 0; i < calls; i++)
                    tiny.Predict(input.AsSpan(0, Tiny.InputLength), output.AsSpan(0, Tiny.OutputLength));
            });
            break;
        case nameof(Mlp):
            var mlp = new Mlp();
            Contender.Answer($"{mlp.InstructionSet}", calls =>
            {
                for (var i = 0; i < calls; i++)
                    mlp.Predict(input, output);
            });
            break;
        case nameof(DigitLeNet):
            var leNet = new DigitLeNet();
            Contender.Answer($"{leNet.InstructionSet}", calls =>
            {
                for (var i = 0; i < calls; i++)
                    leNet.Predict(input, output);
            });
            break;
        case nameof(Residual):
            var residual = new Residual();
            Contender.Answer($"{residual.InstructionSet}", calls =>
            {
                for (var i = 0; i < calls; i++)
                    residual.Predict(input, output);
            });
            break;
        case nameof(Depthwise):
            var depthwise = new Depthwise();
            Contender.Answer($"{depthwise.InstructionSet}", calls =>
            {
                for (var i = 0; i < calls; i++)
                    depthwise.Predict(input, output);
            });
            break;
    }
}

// Both sides take turns, in many short rounds; new processes for every heat, since where memory and code lie is luck that lasts as long
// as a process.
static void Race(string justInTime, string native, string[] networks)
{
    const int Heats = 5;
    const int Rounds = 15;
    foreach (var network in networks)
    {
        var (set, ratios, best) = ("", new double[Heats], (JustInTime: double.MaxValue, Native: double.MaxValue));
        for (var heat = 0; heat < Heats; heat++)
        {
            using var first = new Contender(justInTime, network);
            using var second = new Contender(native, network);
            set = first.InstructionSet == second.InstructionSet ? first.InstructionSet : throw new InvalidOperationException(
                $"{first.InstructionSet} against {second.InstructionSet}: no fair race.");
            var rounds = new double[Rounds];
            for (var round = 0; round < Rounds; round++)
            {
                var late = round % 2 == 0 ? 0 : second.Turn();
                var (one, two) = (first.Turn(), round % 2 == 0 ? second.Turn() : late);
                best = (Math.Min(best.JustInTime, one), Math.Min(best.Native, two));
                rounds[round] = two / one;
            }

            ratios[heat] = Median(rounds);
        }

        var median = Median(ratios);
        Console.WriteLine(string.Format(CultureInfo.InvariantCulture, "| {0} | {1} | {2:F3} | {3:F3} | {4:F3} | {5:F3} to {6:F3} |",
            network, set, best.JustInTime, best.Native, median, ratios[0], ratios[^1]));
    }
}

// Sorts them.
static double Median(double[] values)
{
    Array.Sort(values);
    return values[values.Length / 2];
}
