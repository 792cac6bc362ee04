using Digits;

// Run in the directory of Net: the artifact belongs to the project that declares the network.
var (samples, labels) = Patterns.Draw(2000, seed: 1);
var train = new Dataset(samples, labels);
var trainer = DigitLeNet.CreateTrainer(seed: 1);
trainer.Fit(train, new FitOptions { Epochs = 2, Optimizer = new Adam(1e-3f) });
trainer.Prune();
trainer.Fit(train, new FitOptions { Epochs = 1 });
trainer.Calibrate(train.Slice(0, 200));
trainer.Convert().Save("Models/DigitLeNet");
