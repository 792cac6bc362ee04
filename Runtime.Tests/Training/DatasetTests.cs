namespace CompileTime.Tests.Training;

public class DatasetTests
{
    [Fact]
    public void Sizes_follow_from_the_arrays()
    {
        var data = new Dataset(new float[12], [0, 1, 2]);
        Assert.Equal((3, 4), (data.Count, data.SampleLength));
        var regression = new Dataset(new float[12], new float[8], 2);
        Assert.Equal((4, 3, 2), (regression.Count, regression.SampleLength, regression.TargetLength));
    }

    [Fact]
    public void Mistakes_are_named()
    {
        Assert.Contains("13 values do not divide into 3 samples",
            Assert.Throws<ArgumentException>(() => new Dataset(new float[13], [0, 1, 2])).Message);
        Assert.Contains("no samples", Assert.Throws<ArgumentException>(() => new Dataset(Array.Empty<byte>(), [])).Message);
        Assert.Contains("Sample 1 has the label -1", Assert.Throws<ArgumentException>(() => new Dataset(new byte[4], [0, -1])).Message);
        Assert.Contains("5 targets", Assert.Throws<ArgumentException>(() => new Dataset(new float[4], new float[5], 2)).Message);
        var values = new float[40];
        values[33] = float.NaN;
        Assert.Contains("Value 3 of sample 3 is NaN", Assert.Throws<ArgumentException>(() => new Dataset(values, new int[4])).Message);
        values[33] = float.NegativeInfinity;
        Assert.Throws<ArgumentException>(() => new Dataset(values, new int[4]));
        Assert.Throws<ArgumentException>(() => new Dataset(new float[4], [0, float.NaN], 1));
    }

    [Fact]
    public void Slices_and_splits_see_the_right_samples()
    {
        var data = Numbered(20);
        Assert.Equal([5, 6, 7], Labels(data.Slice(5, 3)));
        Assert.Equal([6], Labels(data.Slice(5, 3).Slice(1, 1)));
        var (first, second) = data.Slice(2, 15).Split(0.4, 1);
        Assert.Equal((6, 9), (first.Count, second.Count));
        Assert.Equal(Enumerable.Range(2, 15), Labels(first).Concat(Labels(second)).Order());
        Assert.NotEqual(Enumerable.Range(2, 6), Labels(first));
        Assert.Equal(Labels(first), Labels(data.Slice(2, 15).Split(0.4, 1).First));
        Assert.NotEqual(Labels(first), Labels(data.Slice(2, 15).Split(0.4, 2).First));
        Assert.Equal(1, data.Split(1e-9, 1).First.Count);
        foreach (var part in (Dataset[])[first, second, second.Slice(3, 2)])
        {
            for (var i = 0; i < part.Count; i++)
                Assert.Equal(part.Label(i), part.Bytes(i)[0]);
        }
    }

    [Fact]
    public void Ranges_that_do_not_exist_are_refused()
    {
        var data = Numbered(10);
        Refuses(-1, 2, "start", "There is no such sample; there are 0 to 9.");
        Refuses(int.MaxValue, 1, "start", "There is no such sample; there are 0 to 9.");
        Refuses(0, 0, "count", "A part has at least one sample.");
        Refuses(9, 2, "count", "From sample 9 on there are 1; the data set has 10.");
        Assert.Throws<ArgumentOutOfRangeException>(() => data.Split(1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => data.Split(double.NaN, 0));
        Assert.Throws<InvalidOperationException>(() => data.Slice(0, 1).Split(0.5, 0));

        void Refuses(int start, int count, string argument, string message)
        {
            var problem = Assert.Throws<ArgumentOutOfRangeException>(argument, () => data.Slice(start, count));
            Assert.StartsWith(message, problem.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void It_says_what_it_holds()
    {
        Assert.Equal("1,500 samples of 784 bytes, with labels", new Dataset(new byte[1500 * 784], new int[1500]).ToString());
        Assert.Equal("1 sample of 4 values, with 2 targets", new Dataset(new float[4], new float[2], 2).ToString());
        Assert.Equal("3 samples of 1 value, with 1 target", new Dataset(new float[4], new float[4], 1).Slice(1, 3).ToString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Idx_files_are_read(bool zipped)
    {
        using var files = new TemporaryFolder();
        var data = Dataset.FromIdx(files.Write("images", Idx([0, 0, 8, 3], [2, 2, 3], 12), zipped),
            files.Write("labels", Idx([0, 0, 8, 1], [2], 2), zipped));
        Assert.Equal((2, 6, true), (data.Count, data.SampleLength, data.IsBytes));
        Assert.Equal([6, 7, 8, 9, 10, 11], data.Bytes(1).ToArray());
        Assert.Equal(1, data.Label(1));
    }

    [Fact]
    public void Damaged_idx_files_are_named()
    {
        using var files = new TemporaryFolder();
        var labels = files.Write("labels", Idx([0, 0, 8, 1], [2], 2));
        var whole = Idx([0, 0, 8, 3], [2, 2, 3], 12);
        string Error(byte[] images, bool zipped = false) =>
            Assert.Throws<InvalidDataException>(() => Dataset.FromIdx(files.Write("images", images, zipped), labels)).Message;
        Assert.Contains("cut short", Error(whole[..^1]));
        Assert.Contains("cut short", Error(whole[..^1], zipped: true));
        Assert.Contains("cut short", Error(whole[..10]));
        Assert.Contains("after its end", Error([.. whole, 0]));
        Assert.Contains("not an IDX file", Error([]));
        Assert.Contains("not an IDX file", Error([1, .. whole[1..]]));
        Assert.Contains("IDX type 0x0D", Error([0, 0, 0x0D, .. whole[3..]]));
        Assert.Contains("were images and labels confused", Error(Idx([0, 0, 8, 1], [2], 2)));
        Assert.Contains("3 images", Error(Idx([0, 0, 8, 3], [3, 2, 2], 12)));
        Assert.Contains("impossible dimensions", Error(Idx([0, 0, 8, 3], [2, 0, 3], 0)));
        Assert.Contains("impossible dimensions", Error(Idx([0, 0, 8, 3], [2, -2, -3], 12)));

        // 2 GB are announced: an error, not an attempt to allocate them.
        Assert.Contains("impossible dimensions", Error(Idx([0, 0, 8, 3], [0x7FFFFFFF, 0x7FFFFFFF, 4], 12)));
        Assert.Contains("cut short", Error(Idx([0, 0, 8, 3], [0x7FFFFF00, 1, 1], 12)));
    }

    [Fact]
    public void A_cut_gzipped_file_is_an_error_that_names_it_unless_all_values_are_there()
    {
        using var files = new TemporaryFolder();
        var labels = files.Write("labels", Idx([0, 0, 8, 1], [2], 2));
        var images = files.Write("images", Idx([0, 0, 8, 3], [2, 2, 3], 12), zipped: true);
        var whole = File.ReadAllBytes(images);
        var read = 0;
        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(images, whole[..length]);
            try
            {
                Assert.Equal([6, 7, 8, 9, 10, 11], Dataset.FromIdx(images, labels).Bytes(1).ToArray());
                read++;
            }
            catch (InvalidDataException exception)
            {
                Assert.Contains("images", exception.Message);
            }
        }

        // The end mark of the data (up to 2 bytes), the checksum and the length: what can be missing without a value missing.
        Assert.InRange(read, 0, 2 + 8);
    }

    [Fact]
    public void A_file_takes_no_more_memory_than_it_announces_and_has()
    {
        using var files = new TemporaryFolder();
        var labels = files.Write("labels", Idx([0, 0, 8, 1], [2], 2));
        var whole = Idx([0, 0, 8, 3], [2, 2, 3], 12);
        Array.Resize(ref whole, 64 << 20); // 64 KB, zipped
        var announced = Idx([0, 0, 8, 3], [1000, 1000, 1000], 12);
        foreach (var (content, error) in new[] { (whole, "after its end"), (announced, "cut short") })
        {
            foreach (var zipped in (bool[])[false, true])
            {
                var images = files.Write("images", content, zipped);
                var before = GC.GetAllocatedBytesForCurrentThread();
                Assert.Contains(error, Assert.Throws<InvalidDataException>(() => Dataset.FromIdx(images, labels)).Message);
                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
            }
        }
    }

    [DataFact]
    public void Mnist_has_60000_images()
    {
        var data = DataFolder.Idx("mnist", "train");
        Assert.Equal((60000, 784), (data.Count, data.SampleLength));
        Assert.Equal([5, 0, 4, 1, 9], Labels(data.Slice(0, 5)));
    }

    private static Dataset Numbered(int count) =>
        new(Enumerable.Range(0, count).Select(i => (byte)i).ToArray(), Enumerable.Range(0, count).ToArray());

    private static int[] Labels(Dataset data) => Enumerable.Range(0, data.Count).Select(data.Label).ToArray();

    private static byte[] Idx(byte[] magic, int[] dimensions, int values) =>
    [
        .. magic,
        .. dimensions.SelectMany(size => BitConverter.GetBytes(size).Reverse()),
        .. Enumerable.Range(0, values).Select(i => (byte)i),
    ];
}
