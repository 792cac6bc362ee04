using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Races;

/// <summary>One process that predicts when it is asked to, and the side that asks.</summary>
internal sealed class Contender : IDisposable
{
    private const int Bursts = 4;

    // Just in time: long enough for all methods to be compiled anew, twice, each after a wait, and by a thread that
    // needs the core, too.
    private static readonly int s_warmUp = RuntimeFeature.IsDynamicCodeSupported ? 1500 : 200;

    private readonly Process _process;

    public Contender(string program, string network)
    {
        var start = program.EndsWith(".dll", StringComparison.Ordinal)
            ? new ProcessStartInfo("dotnet", [program, "turns", network])
            : new ProcessStartInfo(program, ["turns", network]);
        (start.RedirectStandardInput, start.RedirectStandardOutput) = (true, true);
        _process = Process.Start(start)!;
        InstructionSet = Ask("");
    }

    /// <summary>What the code was generated for that runs there.</summary>
    public string InstructionSet { get; }

    /// <summary>Microseconds per prediction, in the best of a few bursts: what the machine does besides only makes them longer.</summary>
    public double Turn() => double.Parse(Ask("turn"), CultureInfo.InvariantCulture);

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    /// <summary>The process that is asked.</summary>
    /// <param name="instructionSet">What its network runs with.</param>
    /// <param name="predict">Predicts so many times.</param>
    public static void Answer(string instructionSet, Action<int> predict)
    {
        var calls = 1;
        for (var clock = Stopwatch.StartNew(); clock.ElapsedMilliseconds < s_warmUp;)
        {
            var took = Time(predict, calls);
            calls = Math.Max(1, (int)(1000 / took)); // a millisecond
            Thread.Sleep(RuntimeFeature.IsDynamicCodeSupported ? 10 : 0);
        }

        Console.ReadLine();
        Console.WriteLine(instructionSet);
        while (Console.ReadLine() is not null)
            Console.WriteLine(Enumerable.Range(0, Bursts).Min(_ => Time(predict, calls)).ToString("R", CultureInfo.InvariantCulture));
    }

    private static double Time(Action<int> predict, int calls)
    {
        var start = Stopwatch.GetTimestamp();
        predict(calls);
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds / calls;
    }

    private string Ask(string line)
    {
        _process.StandardInput.WriteLine(line);
        return _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("A contender ended.");
    }
}
