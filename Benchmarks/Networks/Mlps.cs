namespace CompileTime.Benchmarks.Networks;

/// <summary>A small tabular classifier: 6 thousand weights.</summary>
[Model(64)]
[Linear(64), ReLU, Linear(32), ReLU, Linear(4)]
[Quantize(Int8, Backend.Fbgemm)]
public partial class Tabular;

/// <summary>LeNet-300-100: 266 thousand weights.</summary>
[Model(784)]
[Linear(300), ReLU, Linear(100), ReLU, Linear(10)]
[Quantize(Int8, Backend.Fbgemm)]
public partial class Mlp;

/// <summary>The anomaly detector of MLPerf Tiny: 264 thousand weights.</summary>
[Model(640)]
[Linear(128), ReLU, Linear(128), ReLU, Linear(128), ReLU, Linear(128), ReLU, Linear(8), ReLU]
[Linear(128), ReLU, Linear(128), ReLU, Linear(128), ReLU, Linear(128), ReLU, Linear(640)]
[Quantize(Int8, Backend.Fbgemm)]
public partial class Autoencoder;

/// <summary>Two layers that do not fit the nearest cache: 8.4 million weights.</summary>
[Model(1024)]
[Linear(4096), ReLU, Linear(1024)]
[Quantize(Int8, Backend.Fbgemm)]
public partial class WideMlp;
