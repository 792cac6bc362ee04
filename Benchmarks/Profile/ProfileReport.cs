extern alias generator;

using CompileTime.Benchmarks.Roofline;
using CompileTime.Benchmarks.Tables;
using generator::CompileTime.Generator.Emit;
using generator::CompileTime.Generator.Plan;
using static System.FormattableString;

namespace CompileTime.Benchmarks.Profile;

/// <summary>The operators of a network as a table: what each takes, and how near it is to the limit of the step that it is made of.</summary>
/// <param name="profile">The network.</param>
/// <param name="limits">What the core can do, the widest vectors first.</param>
/// <param name="cyclesPerMicrosecond">Of the core.</param>
internal sealed class ProfileReport(NetworkProfile profile, IReadOnlyList<Limits> limits, double cyclesPerMicrosecond)
{
    private readonly double _total = profile.Operators.Sum(one => one.Microseconds) + profile.RestMicroseconds;

    public string Write(string name)
    {
        var table = new MarkdownTable("operator", "<weight", "µs", "share", "MAC/cycle", "kept", "of limit", "<kernel");
        foreach (var one in profile.Operators)
            table.Add([one.Name, one.Weight, Time(one.Microseconds), Share(one.Microseconds / _total), .. Rates(one)]);
        table.Add("input, output, call", "", Time(profile.RestMicroseconds), Share(profile.RestMicroseconds / _total), "", "", "", "");
        table.Add("all", "", Time(_total), "", "", "", "", "");
        return Invariant($"{name}: {profile.Tier}, images {(profile.IsPlanar ? "as planes" : "channels last")}; ")
            + Invariant($"{cyclesPerMicrosecond / 1000:0.00} GHz; ")
            + Invariant($"{profile.ClockMicroseconds * 1000:0} ns a look at the clock, left out\n\n{table}");
    }

    private string[] Rates(ProfiledOperator one)
    {
        if (one.Kernel is null)
            return ["", "", "", ""];
        var cycles = one.Microseconds * cyclesPerMicrosecond;
        var (macs, kept) = (one.Macs / cycles, one.KeptMacs / cycles);
        // A dense kernel multiplies zeros, too.
        var share = Limit(one) is { } limit ? Share((one.Kernel is SparseKernel or PlanarKernel ? kept : macs) / limit) : "";
        return [Rate(macs), Rate(kept), share, one.Kernel.Reason.Split(':', ',')[0]];
    }

    // The rate of the kernel's inner step by itself, with vectors as wide as the kernel's.
    private double? Limit(ProfiledOperator one)
    {
        var width = limits.FirstOrDefault(limit => limit.Bits == one.Kernel!.Lanes * 32);
        return one.Kernel switch
        {
            PlanarKernel => width?.PlanarPairs,
            SparseKernel => width?.Sparse,
            DenseKernel { AddedSteps: 4 } => width?.DenseFours,
            DenseKernel { AddedSteps: 2 } => width?.DensePairs,
            DenseKernel or DepthwiseKernel => width?.Widened,
            _ => null,
        };
    }

    private static string Time(double microseconds) => microseconds < 1 ? Invariant($"{microseconds:0.000}") : Invariant($"{microseconds:0.00}");

    private static string Share(double share) => Invariant($"{100 * share:0} %");

    private static string Rate(double rate) => Invariant($"{rate:0.0}");
}
