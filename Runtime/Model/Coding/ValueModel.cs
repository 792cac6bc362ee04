using System.Numerics;

namespace CompileTime.Models.Coding;

/// <summary>
/// Predicts the weights that are not zero: the sign from those of its column, the row and the weight to its left; the magnitude, as number
/// of binary digits and the first two of them, from the scale of its row. A small scale means that the row has no large weight, and
/// so, as all rows were pruned at one threshold, no small integers. What is left of the digits is as good as random.
/// </summary>
internal sealed class ValueModel
{
    private const int Memory = 255;
    private const int ScaleClasses = 16;
    private const int Nodes = 64; // 8 for the number of digits, 4 for the digits of each number
    private const int ModelledDigits = 2;

    private readonly AdaptiveBit[] _signs = AdaptiveBit.Cells(9 * 3 * 2);
    private readonly AdaptiveBit[] _magnitudes = AdaptiveBit.Cells(ScaleClasses * Nodes);
    private sbyte[] _signsOfColumn = [];
    private int _signOfRow;
    private int _scaleClass;
    private uint _largestScale;

    public ValueModel()
    {
    }

    private ValueModel(ValueModel other)
    {
        other._signs.CopyTo(_signs, 0);
        other._magnitudes.CopyTo(_magnitudes, 0);
    }

    /// <summary>A copy that learns by itself.</summary>
    public ValueModel Copy() => new(this);

    /// <summary>Starts a layer.</summary>
    public void Start(int columns, ReadOnlySpan<float> scales)
    {
        _signsOfColumn = new sbyte[columns];
        _largestScale = 0;
        foreach (var scale in scales)
            _largestScale = Math.Max(_largestScale, HalfOctaves(scale));
    }

    /// <summary>Starts a row.</summary>
    public void StartRow(float scale)
    {
        _signOfRow = 0;
        _scaleClass = (int)Math.Min(_largestScale - HalfOctaves(scale), ScaleClasses - 1);
    }

    /// <summary>Codes a difference to the zero point, and learns it.</summary>
    /// <param name="coder">Encoder or decoder.</param>
    /// <param name="column">Place in the row.</param>
    /// <param name="left">Whether the weight to the left is kept.</param>
    /// <param name="value">-255 to 255, not 0.</param>
    public int Code<T>(ref T coder, int column, int left, int value)
        where T : struct, IBitCoder, allows ref struct
    {
        ref var signs = ref _signsOfColumn[column];
        var context = ((((signs + 4) * 3) + _signOfRow + 1) * 2) + left;
        var isNegative = _signs[context].Code(ref coder, value < 0 ? 1 : 0, Memory) != 0;
        _signOfRow = isNegative ? -1 : 1;
        signs = (sbyte)Math.Clamp(signs + _signOfRow, -4, 4);

        var magnitude = Math.Abs(value);
        var digits = BitOperations.Log2((uint)magnitude);
        var cells = _magnitudes.AsSpan(_scaleClass * Nodes, Nodes);
        var node = 1;
        for (var i = 2; i >= 0; i--)
            node = (node * 2) + cells[node].Code(ref coder, (digits >> i) & 1, Memory);
        digits = node - 8;

        var found = 1;
        var rest = digits;
        for (; rest > 0 && digits - rest < ModelledDigits; rest--)
        {
            ref var cell = ref cells[8 + (digits * 4) + found];
            found = (found * 2) + cell.Code(ref coder, (magnitude >> (rest - 1)) & 1, Memory);
        }

        if (rest > 0)
            found = (found << rest) | coder.CodeRaw(magnitude & ((1 << rest) - 1), rest);
        return isNegative ? -found : found;
    }

    // Exponent and first digit of a float: positive floats are ordered as their bits.
    private static uint HalfOctaves(float scale) => BitConverter.SingleToUInt32Bits(scale) >> 22;
}
