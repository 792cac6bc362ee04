namespace CompileTime.Pruning;

/// <summary>What is ranked and pruned as one in a tensor: its elements, the slices along a dimension, or blocks.</summary>
internal sealed class Units
{
    // The unit of each element; null where every element is its own.
    private readonly int[]? _of;
    private readonly bool _isMean;

    private Units(int elements, int count, int[]? of, bool isMean = false)
    {
        (Elements, Count, _of, _isMean) = (elements, count, of, isMean);
    }

    public int Elements { get; }

    public int Count { get; }

    /// <summary>Whether every element is its own unit.</summary>
    public bool AreElements => _of is null;

    public static Units Single(int elements) => new(elements, elements, null);

    /// <summary>The whole tensor at once; its norm is a mean, as that of blocks.</summary>
    public static Units Whole(int elements) => new(elements, 1, new int[elements], isMean: true);

    /// <summary>All elements with the same index along a dimension.</summary>
    /// <param name="shape">The tensor's, of at least two dimensions.</param>
    /// <param name="dim">Negative from the end.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such dimension.</exception>
    /// <exception cref="ArgumentException">The tensor has one dimension only.</exception>
    public static Units Slices(int[] shape, int dim)
    {
        if (shape.Length <= 1)
            throw new ArgumentException(
                "Structured pruning can only be applied to multidimensional tensors. " +
                $"Found a tensor of shape [{string.Join(", ", shape)}] with {shape.Length} dims.");
        if (dim < -shape.Length || dim >= shape.Length)
            throw new ArgumentOutOfRangeException(nameof(dim), dim,
                $"Invalid index {dim} for a tensor of shape [{string.Join(", ", shape)}].");
        dim = dim < 0 ? dim + shape.Length : dim;
        var inner = Product(shape.AsSpan(dim + 1));
        var of = new int[Product(shape)];
        for (var i = 0; i < of.Length; i++)
            of[i] = i / inner % shape[dim];
        return new Units(of.Length, shape[dim], of);
    }

    /// <summary>
    /// Blocks of outputs and inputs (dimensions 0 and 1), at each place of the kernel by itself. A block larger than the tensor is cut to
    /// its size, and those at the edges are smaller.
    /// </summary>
    /// <exception cref="ArgumentException">A size is not positive, or the tensor has one dimension only.</exception>
    public static Units Blocks(int[] shape, int rows, int columns)
    {
        if (rows < 1 || columns < 1)
            throw new ArgumentException($"A block of {rows} x {columns} has no elements: both sizes must be at least 1.");
        if (shape.Length <= 1)
            throw new ArgumentException($"Blocks need outputs and inputs; the tensor's shape is [{string.Join(", ", shape)}].");
        (rows, columns) = (Math.Min(rows, shape[0]), Math.Min(columns, shape[1]));
        var taps = Product(shape.AsSpan(2));
        var across = ((shape[1] - 1) / columns) + 1;
        var of = new int[Product(shape)];
        for (var i = 0; i < of.Length; i++)
        {
            var (row, column, tap) = (i / taps / shape[1], i / taps % shape[1], i % taps);
            of[i] = (((row / rows * across) + (column / columns)) * taps) + tap;
        }

        return new Units(of.Length, (((shape[0] - 1) / rows) + 1) * across * taps, of, isMean: true);
    }

    public int Of(int element) => _of is null ? element : _of[element];

    /// <summary>The elements of each unit.</summary>
    public int[] Sizes()
    {
        var sizes = new int[Count];
        for (var i = 0; i < Elements; i++)
            sizes[Of(i)]++;
        return sizes;
    }

    /// <summary>Which units have an element that is not pruned.</summary>
    public bool[] Left(float[]? mask)
    {
        var left = new bool[Count];
        for (var i = 0; i < Elements; i++)
            left[Of(i)] |= mask is null || mask[i] != 0;
        return left;
    }

    /// <summary>
    /// The n-norm of each unit's elements, as torch.norm(p = n) over all other dimensions, summed in double. Blocks, which may be cut
    /// off at the edges, and whole tensors have the power mean instead: it ranks those of one size alike.
    /// </summary>
    /// <param name="scores">One per element; magnitudes count.</param>
    /// <param name="n">Not zero; may be infinite.</param>
    public float[] Norms(float[] scores, double n)
    {
        if (_of is null)
            return Array.ConvertAll(scores, MathF.Abs);
        var sums = new double[Count];
        var sizes = new int[Count];
        if (double.IsNegativeInfinity(n))
            Array.Fill(sums, double.PositiveInfinity);
        for (var i = 0; i < Elements; i++)
        {
            ref var sum = ref sums[_of[i]];
            var value = Math.Abs((double)scores[i]);
            sizes[_of[i]]++;
            sum = double.IsPositiveInfinity(n) ? Math.Max(sum, value)
                : double.IsNegativeInfinity(n) ? Math.Min(sum, value)
                : sum + (n == 1 ? value : n == 2 ? value * value : Math.Pow(value, n));
        }

        var norms = new float[Count];
        for (var u = 0; u < norms.Length; u++)
        {
            if (double.IsInfinity(n))
                norms[u] = (float)sums[u];
            else
                norms[u] = (float)Math.Pow(_isMean ? sums[u] / sizes[u] : sums[u], 1 / n);
        }

        return norms;
    }

    private static int Product(ReadOnlySpan<int> sizes)
    {
        var product = 1;
        foreach (var size in sizes)
            product *= size;
        return product;
    }
}
