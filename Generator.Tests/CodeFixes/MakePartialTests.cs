extern alias fixes;

using fixes::CompileTime.CodeFixes;

namespace CompileTime.Generator.Tests.CodeFixes;

public class MakePartialTests
{
    [Fact]
    public Task A_class() => Mend<MakePartialFix>.Run(
        """
        /// <summary>Digits.</summary>
        [Model(4)] [Linear(2)]
        public sealed /* one of them */ class {|CT1001:M|}; // end
        """,
        """
        /// <summary>Digits.</summary>
        [Model(4)] [Linear(2)]
        public sealed /* one of them */ partial class M; // end
        """,
        "Make 'M' partial");

    [Fact]
    public Task A_record_without_modifiers() => Mend<MakePartialFix>.Run(
        """
        [Model(4)] [Linear(2)]
        // no modifiers
        record {|CT1001:M|};
        """,
        """
        [Model(4)] [Linear(2)]
        // no modifiers
        partial record M;
        """,
        "Make 'M' partial");

    [Fact]
    public Task The_types_around() => Mend<MakePartialFix>.Run(
        """
        public static class Outer
        {
            internal ref struct Middle
            {
                [Model(4)] [Linear(2)] public partial class {|CT1001:{|CT1001:A|}|};
                [Model(4)] [Linear(2)] public class {|CT1001:{|CT1001:{|CT1001:B|}|}|};
            }
        }
        """,
        """
        public static partial class Outer
        {
            internal ref partial struct Middle
            {
                [Model(4)] [Linear(2)] public partial class A;
                [Model(4)] [Linear(2)] public partial class B;
            }
        }
        """,
        "Make 'Middle' partial");

    [Fact]
    public Task Two_types_of_one_name_stay_two() => Mend<MakePartialFix>.RunWithout(
        "[Model(4)] [Linear(2)] public class {|CT1001:M|}; public struct {|CS0101:M|};");

    [Fact]
    public Task All_parts_in_all_files() => Mend<MakePartialFix>.Run(
        [
            "[Model(4)] [Linear(2)] public partial class {|CT1001:M|};",
            "public class {|CS0260:M|} { }",
            "[Model(4)] [Linear(2)] public class {|CT1001:N|};",
        ],
        [
            "[Model(4)] [Linear(2)] public partial class M;",
            "public partial class M { }",
            "[Model(4)] [Linear(2)] public partial class N;",
        ],
        "Make 'M' partial",
        filesToMend: 2);
}
