using System.Diagnostics;
using System.Globalization;
using Sample.Networks;

namespace Serve;

/// <summary>PredictBatch with one thread to as many as there are processors.</summary>
internal static class Scaling
{
    private const int Samples = 20_000;
    private const int Rounds = 15;

    public static void Run(DigitLeNet net)
    {
        var inputs = new byte[Samples * DigitLeNet.InputLength];
        new Random(1).NextBytes(inputs);
        var (expected, outputs) = (new float[Samples * DigitLeNet.OutputLength], new float[Samples * DigitLeNet.OutputLength]);
        net.PredictBatch(inputs, expected);

        // Rounds of all numbers of threads take turns, so that none of them has the quiet minute of the machine; the best round counts.
        var threads = Enumerable.Range(1, Environment.ProcessorCount).ToArray();
        var best = new double[threads.Length];
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < threads.Length; i++)
            {
                outputs.AsSpan().Clear();
                var start = Stopwatch.GetTimestamp();
                net.PredictBatch(inputs, outputs, new ParallelOptions { MaxDegreeOfParallelism = threads[i] });
                best[i] = Math.Max(best[i], Samples / Stopwatch.GetElapsedTime(start).TotalSeconds);
                if (!outputs.AsSpan().SequenceEqual(expected))
                    throw new InvalidOperationException("Other results with more threads.");
            }
        }

        Console.WriteLine("| threads | samples per second | times one thread |");
        Console.WriteLine("|--:|--:|--:|");
        for (var i = 0; i < threads.Length; i++)
            Console.WriteLine(string.Format(CultureInfo.InvariantCulture, "| {0} | {1:N0} | {2:F2} |", threads[i], best[i], best[i] / best[0]));
    }
}
