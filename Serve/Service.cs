using System.Buffers;
using System.Text.Json.Serialization;
using Sample.Networks;

namespace Serve;

/// <summary>What a digit was taken for, and how sure the network is: the probability of its class.</summary>
internal readonly record struct Prediction(int Digit, float Probability);

[JsonSerializable(typeof(Prediction))]
internal sealed partial class ServiceJson : JsonSerializerContext;

/// <summary>
/// POST /predict with the 784 bytes of a picture, 28 x 28, bright on dark. The network is a singleton: it is thread-safe, and needs
/// neither a pool nor a lock around it.
/// </summary>
internal static class Service
{
    private static long s_allocated;

    /// <summary>Bytes that predictions allocated on the managed heap since the start.</summary>
    public static long Allocated => Interlocked.Read(ref s_allocated);

    public static WebApplication Create(DigitLeNet net, string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.Services.ConfigureHttpJsonOptions(options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, ServiceJson.Default));
        builder.Services.AddSingleton(net);
        var app = builder.Build();
        app.MapPost("/predict", Predict);
        return app;
    }

    /// <summary>The service on a free port of this machine, running.</summary>
    public static async Task<WebApplication> Start(DigitLeNet net)
    {
        var app = Create(net, ["--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default", "Warning"]);
        await app.StartAsync();
        return app;
    }

    /// <summary>A client of a running service.</summary>
    public static HttpClient Client(WebApplication app) =>
        new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(app.Urls.First()) };

    private static async Task<IResult> Predict(HttpRequest request, DigitLeNet net, CancellationToken cancellation)
    {
        // One byte more than a picture, to see when there is more.
        var buffer = ArrayPool<byte>.Shared.Rent(DigitLeNet.InputLength + 1);
        try
        {
            var length = await request.Body.ReadAtLeastAsync(
                buffer.AsMemory(0, DigitLeNet.InputLength + 1), DigitLeNet.InputLength + 1, throwOnEndOfStream: false, cancellation);
            return length == DigitLeNet.InputLength
                ? Results.Json(Classify(net, buffer.AsSpan(0, length)), ServiceJson.Default.Prediction)
                : Results.Problem($"A picture has {DigitLeNet.InputLength} bytes.", statusCode: StatusCodes.Status400BadRequest);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static Prediction Classify(DigitLeNet net, ReadOnlySpan<byte> pixels)
    {
        Span<float> logits = stackalloc float[DigitLeNet.OutputLength];
        var before = GC.GetAllocatedBytesForCurrentThread();
        net.Predict(pixels, logits);
        Interlocked.Add(ref s_allocated, GC.GetAllocatedBytesForCurrentThread() - before);

        var best = 0;
        for (var i = 1; i < logits.Length; i++)
            best = logits[i] > logits[best] ? i : best;
        var sum = 0f;
        foreach (var logit in logits)
            sum += MathF.Exp(logit - logits[best]);
        return new Prediction(best, 1 / sum);
    }
}
