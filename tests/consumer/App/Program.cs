using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Digits;

// predict: the hash of all answers, the same from every build of this program; time: how fast it is.
switch (args)
{
    case ["predict"]:
        Predict();
        return 0;
    case ["time"]:
        Time();
        return 0;
    default:
        Console.Error.WriteLine("predict or time?");
        return 1;
}

static void Predict()
{
    var (samples, labels) = Patterns.Draw(500, seed: 2);
    var net = new DigitLeNet();
    var outputs = new float[labels.Length * DigitLeNet.OutputLength];
    net.PredictBatch(samples, outputs);
    var right = 0;
    for (var i = 0; i < labels.Length; i++)
    {
        var logits = outputs.AsSpan(i * DigitLeNet.OutputLength, DigitLeNet.OutputLength);
        var best = 0;
        for (var j = 1; j < logits.Length; j++)
            best = logits[j] > logits[best] ? j : best;
        right += best == labels[i] ? 1 : 0;
    }

    if (right < labels.Length * 8 / 10)
        throw new InvalidOperationException($"Only {right} of {labels.Length} are right.");
    Console.WriteLine(Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes<float>(outputs))));
}

static void Time()
{
    // From the start of the process to here: what the runtime takes, to the 10 ms that the system counts in.
    var start = (DateTime.Now - Process.GetCurrentProcess().StartTime).TotalMilliseconds;
    var clock = Stopwatch.StartNew();
    var (input, output) = (new byte[DigitLeNet.InputLength], new float[DigitLeNet.OutputLength]);
    var net = new DigitLeNet();
    net.Predict(input, output);
    var first = clock.Elapsed.TotalMilliseconds;
    Patterns.Draw(1, seed: 3).Samples.CopyTo(input, 0);

    // The best of many short rounds: what the machine does besides only makes rounds longer.
    var (best, allocated) = (double.MaxValue, 0L);
    for (var warm = Stopwatch.StartNew(); warm.ElapsedMilliseconds < 2000;)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        clock.Restart();
        for (var i = 0; i < 200; i++)
            net.Predict(input, output);
        best = Math.Min(best, clock.Elapsed.TotalMicroseconds / 200);
        allocated += GC.GetAllocatedBytesForCurrentThread() - before;
    }

    Console.WriteLine(string.Format(CultureInfo.InvariantCulture,
        "| {0} | {1} | {2:F0} | {3:F1} | {4:F2} | {5} |", RuntimeFeature.IsDynamicCodeSupported ? "JIT" : "AOT", net.InstructionSet, start, first, best, allocated));
}
