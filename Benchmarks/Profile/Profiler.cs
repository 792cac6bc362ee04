extern alias generator;

using System.Diagnostics;
using CompileTime.Benchmarks.Compiled;
using CompileTime.Benchmarks.Networks;
using CompileTime.Inference;
using generator::CompileTime.Generator.Emit;
using generator::CompileTime.Generator.Graph;
using generator::CompileTime.Generator.Passes;
using generator::CompileTime.Generator.Plan;
using generator::CompileTime.Shared;

namespace CompileTime.Benchmarks.Profile;

/// <summary>A network whose operators were timed.</summary>
/// <param name="Tier">The instruction sets that ran.</param>
/// <param name="IsPlanar">Whether images lay as planes.</param>
/// <param name="Operators">In the order of Forward.</param>
/// <param name="RestMicroseconds">The rest of a call: input, output, and the call itself.</param>
/// <param name="ClockMicroseconds">What a look at the clock takes, which is left out of all times.</param>
internal sealed record NetworkProfile(
    Tier Tier, bool IsPlanar, IReadOnlyList<ProfiledOperator> Operators, double RestMicroseconds, double ClockMicroseconds);

/// <summary>Times every statement of a generated engine, by looking at the clock between them.</summary>
internal static class Profiler
{
    private const int Batch = 64;
    private const int DefaultRounds = 300;
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan s_roundLength = TimeSpan.FromMilliseconds(2);

    /// <param name="model">The network.</param>
    /// <param name="isBatch">Times the code for 64 samples at once.</param>
    /// <param name="rounds">How often times are taken; the tenth percentile counts.</param>
    /// <param name="layOut">Lays the network out; null for the passes.</param>
    /// <exception cref="InvalidDataException">The network has no such code.</exception>
    public static NetworkProfile Run(CompressedModel model, bool isBatch, int rounds = DefaultRounds,
        Func<QuantizedNetwork, LaidOutNetwork>? layOut = null)
    {
        var (source, engineClass) = ("", isBatch ? "BatchEngine" : "Engine");
        var engine = NetworkCompiler.Compile(
            model, text => ProfiledForward.Of(source = text, engineClass), out var single, out var batch, layOut);
        var plan = !isBatch ? single : batch
            ?? throw new InvalidDataException("The network has no code of its own for batches; leave --batch out.");
        // The best first; the generator's names and order are those of the runtime.
        var tier = plan.Tiers.First(tier => (int)tier <= (int)InstructionSets.Best);
        var statements = ProfiledForward.Statements(source, engineClass, TierEmitter.ClassName(tier));
        var (times, clock) = (Time(engine, isBatch ? Batch : 1, statements.Count, rounds), Clock());
        return new NetworkProfile(tier, plan.IsPlanar,
            [.. statements.Select((statement, i) => Operator(plan, tier, statement, Math.Max(0, Low(times, i) - clock)))],
            Math.Max(0, Low(times, statements.Count) - clock), clock);
    }

    /// <summary>All passes but the one that chooses how images lie.</summary>
    /// <param name="graph">The network, with its images as they are to lie.</param>
    public static LaidOutNetwork LayOut(LaidOutNetwork graph) => PassList.All
        .Where(pass => pass.Name != nameof(PlanarImages))
        .Aggregate(graph, (laidOut, pass) => pass.Run(laidOut));

    private static ProfiledOperator Operator(NetworkPlan plan, Tier tier, string statement, double microseconds)
    {
        // A kernel may stand in another tier's class.
        var prefixes = plan.Tiers.Select(TierEmitter.ClassName).Select(name => name + ".").Append("").ToList();
        var node = plan.Nodes.FirstOrDefault(node => node.Kernels.Count > 0
            && prefixes.Any(prefix => statement.StartsWith(prefix + node.Identifier + "(", StringComparison.Ordinal)));
        return new ProfiledOperator(statement, node, node?.Kernels[tier], microseconds);
    }

    // Microseconds of each statement and, at the end, of what is outside of them, round by round.
    private static List<double[]> Time(InferenceEngine engine, int batch, int statements, int rounds)
    {
        var samples = PreparedNetwork.Samples(engine.InputLength, batch);
        var output = new float[engine.OutputLength * batch];
        Round(s_warmUp);
        return [.. Enumerable.Range(0, rounds).Select(_ => Round(s_roundLength))];

        double[] Round(TimeSpan length)
        {
            LayerClock.Restart(statements);
            var calls = 0;
            var (start, now) = (Stopwatch.GetTimestamp(), 0L);
            for (now = start; Stopwatch.GetElapsedTime(start, now) < length; calls++)
            {
                engine.PredictBatch(samples, output);
                now = Stopwatch.GetTimestamp();
            }

            var ticks = LayerClock.Ticks.ToArray();
            return [.. ticks.Append(now - start - ticks.Sum()).Select(ticks => Microseconds(ticks) / calls)];
        }
    }

    // What looking at the clock takes.
    private static double Clock()
    {
        const int Looks = 2000;
        return Enumerable.Range(0, 50).Min(_ =>
        {
            LayerClock.Restart(1);
            LayerClock.Begin();
            for (var i = 0; i < Looks; i++)
                LayerClock.End(0);
            return Microseconds(LayerClock.Ticks[0]) / Looks;
        });
    }

    // The tenth percentile: what a statement takes while nobody else wants the core.
    private static double Low(List<double[]> rounds, int statement) =>
        rounds.Select(times => times[statement]).Order().ElementAt(rounds.Count / 10);

    private static double Microseconds(long ticks) => ticks * 1e6 / Stopwatch.Frequency;
}
