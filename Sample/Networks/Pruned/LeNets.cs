namespace Sample.Networks;

// DigitLeNet once for each row of docs/pruning.md: how a network is pruned is part of its declaration, and each gets code of its own.

/// <summary>A row of docs/pruning.md.</summary>
[Model(1, 28, 28, InputScale = 1 / 255f)]
[Conv2d(6, 5, Padding = 2), ReLU, MaxPool2d(2), Conv2d(16, 5), ReLU, MaxPool2d(2)]
[Flatten, Linear(120), ReLU, Linear(84), ReLU, Linear(10)]
[Prune(0.5, L1), Quantize(Int8, Backend.Fbgemm)]
public partial class Weights50;

/// <summary>A row of docs/pruning.md.</summary>
[Model(1, 28, 28, InputScale = 1 / 255f)]
[Conv2d(6, 5, Padding = 2), ReLU, MaxPool2d(2), Conv2d(16, 5), ReLU, MaxPool2d(2)]
[Flatten, Linear(120), ReLU, Linear(84), ReLU, Linear(10)]
[Prune(0.6, L1), Quantize(Int8, Backend.Fbgemm)]
public partial class Weights60;

/// <summary>A row of docs/pruning.md.</summary>
[Model(1, 28, 28, InputScale = 1 / 255f)]
[Conv2d(6, 5, Padding = 2), ReLU, MaxPool2d(2), Conv2d(16, 5), ReLU, MaxPool2d(2)]
[Flatten, Linear(120), ReLU, Linear(84), ReLU, Linear(10)]
[Prune(0.8, L1), Quantize(Int8, Backend.Fbgemm)]
public partial class Weights80;

/// <summary>A row of docs/pruning.md.</summary>
[Model(1, 28, 28, InputScale = 1 / 255f)]
[Conv2d(6, 5, Padding = 2), ReLU, MaxPool2d(2), Conv2d(16, 5), ReLU, MaxPool2d(2)]
[Flatten, Linear(120), ReLU, Linear(84), ReLU, Linear(10)]
[Prune(0.9, L1), Quantize(Int8, Backend.Fbgemm)]
public partial class Weights90;

/// <summary>A row of docs/pruning.md.</summary>
[Model(1, 28, 28, InputScale = 1 / 255f)]
[Conv2d(6, 5, Padding = 2), ReLU, MaxPool2d(2), Conv2d(16, 5), ReLU, MaxPool2d(2)]
[Flatten, Linear(120), ReLU, Linear(84), ReLU, Linear(10)]
[Prune(0.95, L1), Quantize(Int8, Backend.Fbgemm)]
public partial class Weights95;

/// <summary>A row of docs/pruning.md.</summary>
[Model(1, 28, 28, InputScale = 1 / 255f)]
[Conv2d(6, 5, Padding = 2), ReLU, MaxPool2d(2), Conv2d(16, 5), ReLU, MaxPool2d(2)]
[Flatten, Linear(120), ReLU, Linear(84), ReLU, Linear(10)]
[Prune(0.5, L1, Structure.Filter), Quantize(Int8, Backend.Fbgemm)]
public partial class Filters50;

/// <summary>A row of docs/pruning.md.</summary>
[Model(1, 28, 28, InputScale = 1 / 255f)]
[Conv2d(6, 5, Padding = 2), ReLU, MaxPool2d(2), Conv2d(16, 5), ReLU, MaxPool2d(2)]
[Flatten, Linear(120), ReLU, Linear(84), ReLU, Linear(10)]
[Prune(0.6, L1, Structure.Filter), Quantize(Int8, Backend.Fbgemm)]
public partial class Filters60;

/// <summary>A row of docs/pruning.md.</summary>
[Model(1, 28, 28, InputScale = 1 / 255f)]
[Conv2d(6, 5, Padding = 2), ReLU, MaxPool2d(2), Conv2d(16, 5), ReLU, MaxPool2d(2)]
[Flatten, Linear(120), ReLU, Linear(84), ReLU, Linear(10)]
[Prune(0.8, L1, Structure.Filter), Quantize(Int8, Backend.Fbgemm)]
public partial class Filters80;

/// <summary>A row of docs/pruning.md.</summary>
[Model(1, 28, 28, InputScale = 1 / 255f)]
[Conv2d(6, 5, Padding = 2), ReLU, MaxPool2d(2), Conv2d(16, 5), ReLU, MaxPool2d(2)]
[Flatten, Linear(120), ReLU, Linear(84), ReLU, Linear(10)]
[Prune(0.9, L1, Structure.Filter), Quantize(Int8, Backend.Fbgemm)]
public partial class Filters90;

/// <summary>A row of docs/pruning.md.</summary>
[Model(1, 28, 28, InputScale = 1 / 255f)]
[Conv2d(6, 5, Padding = 2), ReLU, MaxPool2d(2), Conv2d(16, 5), ReLU, MaxPool2d(2)]
[Flatten, Linear(120), ReLU, Linear(84), ReLU, Linear(10)]
[Prune(0.95, L1, Structure.Filter), Quantize(Int8, Backend.Fbgemm)]
public partial class Filters95;

/// <summary>A row of docs/pruning.md.</summary>
[Model(1, 28, 28, InputScale = 1 / 255f)]
[Conv2d(6, 5, Padding = 2), ReLU, MaxPool2d(2), Conv2d(16, 5), ReLU, MaxPool2d(2)]
[Flatten, Linear(120), ReLU, Linear(84), ReLU, Linear(10)]
[Prune(0.5, L1, Block = [16, 4]), Quantize(Int8, Backend.Fbgemm)]
public partial class Blocks50;

/// <summary>A row of docs/pruning.md.</summary>
[Model(1, 28, 28, InputScale = 1 / 255f)]
[Conv2d(6, 5, Padding = 2), ReLU, MaxPool2d(2), Conv2d(16, 5), ReLU, MaxPool2d(2)]
[Flatten, Linear(120), ReLU, Linear(84), ReLU, Linear(10)]
[Prune(0.6, L1, Block = [16, 4]), Quantize(Int8, Backend.Fbgemm)]
public partial class Blocks60;

/// <summary>A row of docs/pruning.md.</summary>
[Model(1, 28, 28, InputScale = 1 / 255f)]
[Conv2d(6, 5, Padding = 2), ReLU, MaxPool2d(2), Conv2d(16, 5), ReLU, MaxPool2d(2)]
[Flatten, Linear(120), ReLU, Linear(84), ReLU, Linear(10)]
[Prune(0.8, L1, Block = [16, 4]), Quantize(Int8, Backend.Fbgemm)]
public partial class Blocks80;

/// <summary>A row of docs/pruning.md.</summary>
[Model(1, 28, 28, InputScale = 1 / 255f)]
[Conv2d(6, 5, Padding = 2), ReLU, MaxPool2d(2), Conv2d(16, 5), ReLU, MaxPool2d(2)]
[Flatten, Linear(120), ReLU, Linear(84), ReLU, Linear(10)]
[Prune(0.9, L1, Block = [16, 4]), Quantize(Int8, Backend.Fbgemm)]
public partial class Blocks90;

/// <summary>A row of docs/pruning.md.</summary>
[Model(1, 28, 28, InputScale = 1 / 255f)]
[Conv2d(6, 5, Padding = 2), ReLU, MaxPool2d(2), Conv2d(16, 5), ReLU, MaxPool2d(2)]
[Flatten, Linear(120), ReLU, Linear(84), ReLU, Linear(10)]
[Prune(0.95, L1, Block = [16, 4]), Quantize(Int8, Backend.Fbgemm)]
public partial class Blocks95;

#pragma warning disable CT2006 // 1, 6 and, for 8, 84 inputs are no whole groups: the pattern is for the other Linear, which hold most of the weights
/// <summary>A row of docs/pruning.md.</summary>
[Model(1, 28, 28, InputScale = 1 / 255f)]
[Conv2d(6, 5, Padding = 2), ReLU, MaxPool2d(2), Conv2d(16, 5), ReLU, MaxPool2d(2)]
[Flatten, Linear(120), ReLU, Linear(84), ReLU, Linear(10)]
[PruneNofM(2, 4), Quantize(Int8, Backend.Fbgemm)]
public partial class TwoOfFour;

/// <summary>A row of docs/pruning.md.</summary>
[Model(1, 28, 28, InputScale = 1 / 255f)]
[Conv2d(6, 5, Padding = 2), ReLU, MaxPool2d(2), Conv2d(16, 5), ReLU, MaxPool2d(2)]
[Flatten, Linear(120), ReLU, Linear(84), ReLU, Linear(10)]
[PruneNofM(1, 4), Quantize(Int8, Backend.Fbgemm)]
public partial class OneOfFour;

/// <summary>A row of docs/pruning.md.</summary>
[Model(1, 28, 28, InputScale = 1 / 255f)]
[Conv2d(6, 5, Padding = 2), ReLU, MaxPool2d(2), Conv2d(16, 5), ReLU, MaxPool2d(2)]
[Flatten, Linear(120), ReLU, Linear(84), ReLU, Linear(10)]
[PruneNofM(4, 8), Quantize(Int8, Backend.Fbgemm)]
public partial class FourOfEight;

/// <summary>A row of docs/pruning.md.</summary>
[Model(1, 28, 28, InputScale = 1 / 255f)]
[Conv2d(6, 5, Padding = 2), ReLU, MaxPool2d(2), Conv2d(16, 5), ReLU, MaxPool2d(2)]
[Flatten, Linear(120), ReLU, Linear(84), ReLU, Linear(10)]
[PruneNofM(1, 8), Quantize(Int8, Backend.Fbgemm)]
public partial class OneOfEight;
#pragma warning restore CT2006

/// <summary>What the rows of docs/pruning.md are compared with, and were pruned from.</summary>
[Model(1, 28, 28, InputScale = 1 / 255f)]
[Conv2d(6, 5, Padding = 2), ReLU, MaxPool2d(2), Conv2d(16, 5), ReLU, MaxPool2d(2)]
[Flatten, Linear(120), ReLU, Linear(84), ReLU, Linear(10)]
[Quantize(Int8, Backend.Fbgemm)]
public partial class Unpruned;
