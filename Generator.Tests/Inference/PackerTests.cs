using CompileTime.Inference;
using CompileTime.Models;

namespace CompileTime.Generator.Tests.Inference;

/// <summary>What the packer refuses.</summary>
public sealed class PackerTests
{
    /// <summary>
    /// Nine million groups of one weight each take a vector of sixteen outputs apiece: more than two gigabytes, of nine megabytes.
    /// </summary>
    [Fact]
    public void Weights_that_take_more_than_an_array_holds_are_refused_before_memory_is_taken()
    {
        const int Groups = 9_000_000;
        var weights = new LayerWeights(new sbyte[Groups], [1f], [], 0);
        var packer = new Packer(new NetworkData([1f, 1f], [0, 0], [false, false], [null, weights]));
        var taken = GC.GetAllocatedBytesForCurrentThread();
        var refused = Assert.Throws<InvalidDataException>(() => packer.Dense(1, 0, outputs: Groups, groups: Groups, inputs: 1,
            kernelHeight: 1, kernelWidth: 1, splitTaps: false, rowStep: 0, columnStep: 0, positions: 1, lanes: 16, tileVectors: 1,
            addedSteps: 1, hasLargeSteps: false));
        Assert.Matches("^The weights of operator 1 take [0-9]{10} bytes as its kernel reads them, more than an array holds.$",
            refused.Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - taken, 0, 1 << 20);
    }

    [Theory]
    [InlineData(15)]
    [InlineData(17)]
    public void Another_number_of_weights_than_the_code_was_made_for_is_refused(int count)
    {
        var packer = new Packer(new NetworkData([1f, 1f], [0, 0], [false, false], [null, new LayerWeights(new sbyte[count], [1f], [], 0)]));
        var refused = Assert.Throws<InvalidDataException>(() =>
            packer.Sparse(1, 0, outputs: 4, inputs: 4, positions: 1, wholeBytes: false));
        Assert.Equal($"Operator 1 has {count} weights instead of 16.", refused.Message);
    }
}
