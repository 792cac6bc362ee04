using System.Runtime.CompilerServices;

namespace CompileTime.Training;

/// <summary>
/// C (+)= A B by outer products: a tile of rows x 2 vectors of C stays in registers while one element of A at a time is
/// broadcast against a row of B.
/// </summary>
internal static unsafe class BroadcastKernel<V>
    where V : struct, ISimd<V>
{
    // A panel of B of this depth and two vectors' width stays in the first-level cache while the rows of A pass over it.
    private const int PanelDepth = 192;

    // Copying a panel pays from the third pass over it.
    private const int PassesWorthPacking = 3;

    private static int Width => 2 * V.Count;

    [SkipLocalsInit]
    public static void Run(int m, int n, int k, float* a, int rowStride, int columnStride, float* b, int ldb, float* c, int ldc,
        bool accumulate)
    {
        var panel = stackalloc float[PanelDepth * Width];
        var edge = stackalloc float[V.TileRows * Width];
        var spill = stackalloc float[Width];
        var pack = m >= PassesWorthPacking * V.TileRows;
        for (var start = 0; start < k; start += PanelDepth)
        {
            var depth = Math.Min(PanelDepth, k - start);
            var add = accumulate || start > 0;
            for (var j = 0; j < n; j += Width)
            {
                var columns = Math.Min(Width, n - j);
                var source = b + ((nint)start * ldb) + j;
                var stride = ldb;
                if (pack || columns < Width)
                {
                    Pack(source, ldb, columns, depth, panel);
                    source = panel;
                    stride = Width;
                }

                for (var i = 0; i < m;)
                {
                    var rows = m - i >= V.TileRows ? V.TileRows : m - i;
                    var row = a + ((nint)i * rowStride) + ((nint)start * columnStride);
                    if (columns == Width)
                    {
                        Tile(rows, depth, row, rowStride, columnStride, source, stride, c + ((nint)i * ldc) + j, ldc, add, spill);
                    }
                    else
                    {
                        Tile(rows, depth, row, rowStride, columnStride, source, stride, edge, Width, false, spill);
                        Merge(edge, rows, columns, c + ((nint)i * ldc) + j, ldc, add);
                    }

                    i += rows;
                }
            }
        }
    }

    private static void Tile(int rows, int k, float* a, int rowStride, int columnStride, float* b, int ldb, float* c, int ldc, bool add,
        float* spill)
    {
        if (rows > 4)
        {
            Rows8(rows, k, a, rowStride, columnStride, b, ldb, c, ldc, add, spill);
        }
        else if (rows > 1)
        {
            Rows4(rows, k, a, rowStride, columnStride, b, ldb, c, ldc, add, spill);
        }
        else
        {
            Row1(k, a, columnStride, b, ldb, c, add);
        }
    }

    /// <summary>Rows of B side by side, the missing columns zero.</summary>
    private static void Pack(float* b, int ldb, int columns, int depth, float* panel)
    {
        for (var p = 0; p < depth; p++, b += ldb, panel += Width)
        {
            if (columns == Width)
            {
                V.Store(V.Load(b), panel);
                V.Store(V.Load(b + V.Count), panel + V.Count);
            }
            else
            {
                new ReadOnlySpan<float>(b, columns).CopyTo(new Span<float>(panel, columns));
                new Span<float>(panel + columns, Width - columns).Clear();
            }
        }
    }

    private static void Merge(float* tile, int rows, int columns, float* c, int ldc, bool add)
    {
        for (var i = 0; i < rows; i++, tile += Width, c += ldc)
        {
            for (var j = 0; j < columns; j++)
                c[j] = add ? c[j] + tile[j] : tile[j];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write(V low, V high, float* c, bool add)
    {
        if (add)
        {
            low = V.Add(V.Load(c), low);
            high = V.Add(V.Load(c + V.Count), high);
        }

        V.Store(low, c);
        V.Store(high, c + V.Count);
    }

    // Rows beyond the last repeat it and are not written: no branch inside the loop.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows8(int rows, int k, float* a, int rowStride, int columnStride, float* b, int ldb, float* c, int ldc, bool add,
        float* spill)
    {
        var last = rows - 1;
        var a0 = a;
        var a1 = a + rowStride;
        var a2 = a + (2 * (nint)rowStride);
        var a3 = a + (3 * (nint)rowStride);
        var a4 = a + (4 * (nint)rowStride);
        var a5 = a + (Math.Min(5, last) * (nint)rowStride);
        var a6 = a + (Math.Min(6, last) * (nint)rowStride);
        var a7 = a + (Math.Min(7, last) * (nint)rowStride);
        V c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default, c30 = default, c31 = default;
        V c40 = default, c41 = default, c50 = default, c51 = default, c60 = default, c61 = default, c70 = default, c71 = default;
        nint at = 0;
        for (var p = 0; p < k; p++)
        {
            var b0 = V.Load(b);
            var b1 = V.Load(b + V.Count);
            var x = V.Broadcast(a0[at]);
            c00 = V.MultiplyAdd(x, b0, c00);
            c01 = V.MultiplyAdd(x, b1, c01);
            x = V.Broadcast(a1[at]);
            c10 = V.MultiplyAdd(x, b0, c10);
            c11 = V.MultiplyAdd(x, b1, c11);
            x = V.Broadcast(a2[at]);
            c20 = V.MultiplyAdd(x, b0, c20);
            c21 = V.MultiplyAdd(x, b1, c21);
            x = V.Broadcast(a3[at]);
            c30 = V.MultiplyAdd(x, b0, c30);
            c31 = V.MultiplyAdd(x, b1, c31);
            x = V.Broadcast(a4[at]);
            c40 = V.MultiplyAdd(x, b0, c40);
            c41 = V.MultiplyAdd(x, b1, c41);
            x = V.Broadcast(a5[at]);
            c50 = V.MultiplyAdd(x, b0, c50);
            c51 = V.MultiplyAdd(x, b1, c51);
            x = V.Broadcast(a6[at]);
            c60 = V.MultiplyAdd(x, b0, c60);
            c61 = V.MultiplyAdd(x, b1, c61);
            x = V.Broadcast(a7[at]);
            c70 = V.MultiplyAdd(x, b0, c70);
            c71 = V.MultiplyAdd(x, b1, c71);
            b += ldb;
            at += columnStride;
        }

        Write(c00, c01, c, add);
        Write(c10, c11, c + ldc, add);
        Write(c20, c21, c + (2 * (nint)ldc), add);
        Write(c30, c31, c + (3 * (nint)ldc), add);
        Write(c40, c41, c + (4 * (nint)ldc), add);
        Write(c50, c51, rows > 5 ? c + (5 * (nint)ldc) : spill, rows > 5 && add);
        Write(c60, c61, rows > 6 ? c + (6 * (nint)ldc) : spill, rows > 6 && add);
        Write(c70, c71, rows > 7 ? c + (7 * (nint)ldc) : spill, rows > 7 && add);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows4(int rows, int k, float* a, int rowStride, int columnStride, float* b, int ldb, float* c, int ldc, bool add,
        float* spill)
    {
        var last = rows - 1;
        var a0 = a;
        var a1 = a + rowStride;
        var a2 = a + (Math.Min(2, last) * (nint)rowStride);
        var a3 = a + (Math.Min(3, last) * (nint)rowStride);
        V c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default, c30 = default, c31 = default;
        nint at = 0;
        for (var p = 0; p < k; p++)
        {
            var b0 = V.Load(b);
            var b1 = V.Load(b + V.Count);
            var x = V.Broadcast(a0[at]);
            c00 = V.MultiplyAdd(x, b0, c00);
            c01 = V.MultiplyAdd(x, b1, c01);
            x = V.Broadcast(a1[at]);
            c10 = V.MultiplyAdd(x, b0, c10);
            c11 = V.MultiplyAdd(x, b1, c11);
            x = V.Broadcast(a2[at]);
            c20 = V.MultiplyAdd(x, b0, c20);
            c21 = V.MultiplyAdd(x, b1, c21);
            x = V.Broadcast(a3[at]);
            c30 = V.MultiplyAdd(x, b0, c30);
            c31 = V.MultiplyAdd(x, b1, c31);
            b += ldb;
            at += columnStride;
        }

        Write(c00, c01, c, add);
        Write(c10, c11, c + ldc, add);
        Write(c20, c21, rows > 2 ? c + (2 * (nint)ldc) : spill, rows > 2 && add);
        Write(c30, c31, rows > 3 ? c + (3 * (nint)ldc) : spill, rows > 3 && add);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Row1(int k, float* a, int columnStride, float* b, int ldb, float* c, bool add)
    {
        V c0 = default, c1 = default;
        for (var p = 0; p < k; p++)
        {
            var x = V.Broadcast(*a);
            c0 = V.MultiplyAdd(x, V.Load(b), c0);
            c1 = V.MultiplyAdd(x, V.Load(b + V.Count), c1);
            b += ldb;
            a += columnStride;
        }

        Write(c0, c1, c, add);
    }
}
