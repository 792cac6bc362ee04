using System.Numerics;

namespace Sample.Digits;

/// <summary>
/// One person's hand on one day: where points land on the 28x28 page. First every point trembles by itself, then a slow wave bends the
/// whole digit, then it is slanted, turned, stretched and moved.
/// </summary>
internal readonly struct Handwriting
{
    private readonly float _tremble;
    private readonly Vector2 _waveAmplitude;
    private readonly Vector2 _waveFrequency;
    private readonly Vector2 _wavePhase;
    private readonly Matrix3x2 _toPage;

    /// <summary>Draws a hand.</summary>
    public Handwriting(ref SeededRandom random)
    {
        _tremble = random.Uniform(0.02f, 0.075f);
        _waveAmplitude = new Vector2(random.Normal(0.06f), random.Normal(0.05f));
        _waveFrequency = new Vector2(random.Uniform(1.5f, 3.5f), random.Uniform(1.5f, 3.5f));
        _wavePhase = new Vector2(random.Uniform(0, MathF.Tau), random.Uniform(0, MathF.Tau));

        var height = random.Uniform(7.4f, 10.6f);
        var width = height * random.Uniform(0.72f, 1.25f);
        _toPage = Matrix3x2.CreateSkew(random.Normal(0.22f), 0)
            * Matrix3x2.CreateScale(width, height)
            * Matrix3x2.CreateRotation(random.Normal(0.15f))
            * Matrix3x2.CreateTranslation(14 + random.Normal(1.2f), 14 + random.Normal(1.1f));
    }

    /// <summary>Where a point of a glyph lands, in pixels.</summary>
    public Vector2 Place(Vector2 point, ref SeededRandom random)
    {
        point += new Vector2(random.Normal(_tremble), random.Normal(_tremble));
        point += new Vector2(
            _waveAmplitude.X * MathF.Sin(_waveFrequency.X * point.Y + _wavePhase.X),
            _waveAmplitude.Y * MathF.Sin(_waveFrequency.Y * point.X + _wavePhase.Y));
        return Vector2.Transform(point, _toPage);
    }
}
