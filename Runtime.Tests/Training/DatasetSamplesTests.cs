namespace CompileTime.Tests.Training;

/// <summary>Single samples of a data set: what an application shows or predicts from.</summary>
public class DatasetSamplesTests
{
    private static readonly Dataset s_bytes = new([1, 2, 3, 4, 5, 6, 7, 8], [3, 2, 1, 0]);

    [Fact]
    public void Bytes_AreThoseOfTheSample()
    {
        Assert.Equal([5, 6], s_bytes.Bytes(2).ToArray());
        Assert.Equal([7, 8], s_bytes.Slice(2, 2).Bytes(1).ToArray());
    }

    [Fact]
    public void Bytes_FollowTheSplit()
    {
        var (first, second) = s_bytes.Split(0.5, seed: 1);
        foreach (var part in (Dataset[])[first, second])
        {
            for (var i = 0; i < part.Count; i++)
                Assert.Equal(2 * (3 - part.Label(i)) + 1, part.Bytes(i)[0]);
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    public void IndexOutsideOfASlice_Throws_ThoughTheArrayGoesOn(int index)
    {
        var slice = s_bytes.Slice(1, 2);
        Assert.Throws<ArgumentOutOfRangeException>(() => slice.Label(index));
        Assert.Throws<ArgumentOutOfRangeException>(() => slice.Bytes(index).Length);
    }

    [Fact]
    public void FloatsHaveNoBytes_AndTargetsNoLabels()
    {
        var regression = new Dataset([1f, 2f], [3f, 4f], targetLength: 1);
        Assert.Throws<InvalidOperationException>(() => regression.Bytes(0).Length);
        Assert.Throws<InvalidOperationException>(() => regression.Label(0));
    }
}
