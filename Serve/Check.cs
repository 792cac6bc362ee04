using System.Net;
using System.Net.Http.Json;
using Sample.Networks;

namespace Serve;

/// <summary>The service as a client meets it, over loopback: the model's own answers, and a refusal of what is no picture.</summary>
internal static class Check
{
    private const int Pictures = 20;

    /// <exception cref="InvalidOperationException">An answer was wrong.</exception>
    public static async Task Run(DigitLeNet net)
    {
        await using var app = await Service.Start(net);
        using var client = Service.Client(app);
        for (var seed = 0; seed < Pictures; seed++)
            await Answers(client, net, seed);
        foreach (var length in (int[])[0, DigitLeNet.InputLength - 1, DigitLeNet.InputLength + 1])
            await Refuses(client, length);
        await app.StopAsync();
        Console.WriteLine($"{Pictures} pictures were answered as the model does, and what is no picture was refused.");
    }

    private static async Task Answers(HttpClient client, DigitLeNet net, int seed)
    {
        var (picture, logits) = (new byte[DigitLeNet.InputLength], new float[DigitLeNet.OutputLength]);
        new Random(seed).NextBytes(picture);
        net.Predict(picture, logits);
        var digit = logits.IndexOf(logits.Max());
        var probability = 1 / logits.Sum(logit => Math.Exp(logit - logits[digit]));

        using var content = new ByteArrayContent(picture);
        using var response = await client.PostAsync("/predict", content);
        response.EnsureSuccessStatusCode();
        var answer = await response.Content.ReadFromJsonAsync(ServiceJson.Default.Prediction);

        // The service adds float32 numbers up, ten of them.
        if (answer.Digit != digit || Math.Abs(answer.Probability - probability) > 1e-5)
            throw new InvalidOperationException($"Picture {seed} is a {digit} ({probability}), and was answered with {answer}.");
    }

    private static async Task Refuses(HttpClient client, int length)
    {
        using var content = new ByteArrayContent(new byte[length]);
        using var response = await client.PostAsync("/predict", content);
        if (response.StatusCode != HttpStatusCode.BadRequest)
            throw new InvalidOperationException($"A picture of {length} bytes was answered with {response.StatusCode}.");
    }
}
