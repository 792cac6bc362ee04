extern alias fixes;

using fixes::CompileTime.CodeFixes;

namespace CompileTime.Generator.Tests.CodeFixes;

public class SizeTests
{
    private const string Wrong = """
        [Model(3, 8, 8)]
        [{|CT1207:Conv2d(4, 3, InChannels = 1 /* grey */, Padding = 1)|}, Flatten, Linear(2)]
        public partial class M;

        [Model(8)]
        [{|CT1207:Linear(2, InFeatures = Size)|}] // Size is another's
        public partial class N { private const int Size = 784; }
        """;

    [Fact]
    public Task Is_set() => Mend<SizeFix>.Run(
        Wrong,
        """
        [Model(3, 8, 8)]
        [Conv2d(4, 3, InChannels = 3 /* grey */, Padding = 1), Flatten, Linear(2)]
        public partial class M;

        [Model(8)]
        [Linear(2, InFeatures = 8)] // Size is another's
        public partial class N { private const int Size = 784; }
        """,
        "Set InChannels to 3",
        "Set");

    [Fact]
    public Task Is_left_out() => Mend<SizeFix>.Run(
        Wrong,
        """
        [Model(3, 8, 8)]
        [Conv2d(4, 3, Padding = 1), Flatten, Linear(2)]
        public partial class M;

        [Model(8)]
        [Linear(2)] // Size is another's
        public partial class N { private const int Size = 784; }
        """,
        "Remove InChannels, which is inferred",
        "Remove");

    [Fact]
    public Task Layer_after_layer() => Mend<SizeFix>.Run(
        "[Model(8)] [{|CT1207:Linear(4, InFeatures = 9)|}, Linear(2, InFeatures = 9)] public partial class M;",
        "[Model(8)] [Linear(4, InFeatures = 8), Linear(2, InFeatures = 4)] public partial class M;",
        "Set InFeatures to 8",
        "Set",
        rounds: 2);
}
