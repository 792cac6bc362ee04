using System.CommandLine;
using CompileTime.Benchmarks.Compare;
using CompileTime.Benchmarks.Profile;
using CompileTime.Benchmarks.Tables;
using Sample.Commands;
using Sample.Measure;
using static System.FormattableString;

namespace CompileTime.Benchmarks.Roofline;

/// <summary><c>roofline</c>: what the core at hand can do, whatever the network.</summary>
internal static class RooflineCommand
{
    private static readonly (string Name, int Bytes)[] s_memories =
    [
        ("L1 (16 KB)", 16 << 10), ("L2 (512 KB)", 512 << 10), ("L3 (8 MB)", 8 << 20), ("memory (128 MB)", 128 << 20),
    ];

    public static Command Create()
    {
        var command = new Command("roofline",
            "Measures the limits of one core: multiply-accumulates a cycle of each kernel's inner step, and bytes read a cycle.");
        command.SetAction((_, _) => Guard.RunAsync(_ => Run()));
        return command;
    }

    private static void Run()
    {
        CompareCommand.PinToOneCore();
        var limits = Limits.Measure();
        if (limits.Count == 0)
            throw new InvalidDataException("The inner steps are measured with AVX2 and AVX-512, and this processor has neither.");
        Console.Write(Steps(limits));
        Console.WriteLine();
        Console.Write(Reads());
        Console.WriteLine(Invariant($"\nMeasured at {CoreClock.CyclesPerMicrosecond() / 1000:0.00} GHz on: ")
            + Machine.Description + ", one thread.");
    }

    private static MarkdownTable Steps(IReadOnlyList<Limits> limits)
    {
        var table = new MarkdownTable(["MAC/cycle", .. limits.Select(one => Invariant($"{one.Bits} bits"))]);
        Row("widened one by one: vpmaddubsw, vpmaddwd, vpaddd", one => one.Widened);
        Row("added in int16: vpmaddubsw, vpaddw", one => one.InWords);
        Row("dense pair: 2 vpmaddubsw, vpaddw, vpmaddwd, vpaddd", one => one.DensePairs);
        Row("dense four: 4 vpmaddubsw, 3 vpaddw, vpmaddwd, vpaddd", one => one.DenseFours);
        Row("sparse: vpermb, vpmaddubsw, vpmaddwd, vpaddd", one => one.Sparse);
        Row("planar pair: 2 loads, 2 vpunpck, 2 vpmaddubsw, 2 vpaddw", one => one.PlanarPairs);
        return table;

        // A step that no width has is left out.
        void Row(string name, Func<Limits, double?> value)
        {
            if (limits.Any(one => value(one) is not null))
                table.Add([name, .. limits.Select(one => value(one) is { } rate ? Invariant($"{rate:0.0}") : "–")]);
        }
    }

    private static MarkdownTable Reads()
    {
        var table = new MarkdownTable("read from", "bytes/cycle");
        foreach (var (name, bytes) in s_memories)
            table.Add(name, Invariant($"{Limits.ReadRate(bytes):0.0}"));
        return table;
    }
}
