// The first run trains and saves. The next build compiles the weights in: from then on `new Classifier()` needs no file.
// `dotnet run train` trains again.
const string Saved = "Models/Classifier";

// Weights that the build found below Models are a resource of the program, named after their file.
var isTrained = typeof(Classifier).Assembly.GetManifestResourceInfo("CompileTime/Classifier.ctw") is not null;
if (args is ["train"] || !isTrained)
{
    Train().Save(Saved);
    Draw(Classifier.Load(Saved + ".ctm"));
    Console.WriteLine($"Saved to {Path.GetFullPath(Saved)}.ctm and .ctw. Run again: the build of this project compiles the weights in.");
}
else
{
    var net = new Classifier();
    Draw(net);
    Console.WriteLine($"Predicted by the compiled class with {net.InstructionSet} instructions. Train again with: dotnet run train");
}

static CompressedModel Train()
{
    var (train, test) = (Spirals.Draw(6000, seed: 1), Spirals.Draw(1000, seed: 2));
    var trainer = Classifier.CreateTrainer(seed: 1);
    trainer.Fit(train, new FitOptions { Epochs = 30, Optimizer = new Adam(5e-3f), Schedule = LearningRateSchedule.Cosine() });
    trainer.Prune();                                        // half of the weights; they stay zero
    trainer.Fit(train, new FitOptions { Epochs = 10, Optimizer = new Adam(2e-3f) });
    trainer.Calibrate(train.Slice(0, 1000));                // sees what ranges the values have
    var model = trainer.Convert();                          // int8
    Console.WriteLine(model.Validate(test));
    return model;
}

// The class that the network gives to each place of the plane.
static void Draw(Classifier net)
{
    var logits = new float[Classifier.OutputLength];
    for (var y = 1f; y >= -1; y -= 0.1f)
    {
        for (var x = -1f; x <= 1; x += 0.05f)
        {
            net.Predict([x, y], logits);
            var best = logits.IndexOf(logits.Max());
            Console.Write((x * x) + (y * y) > 1 ? ' ' : ".o#"[best]);
        }

        Console.WriteLine();
    }
}
