using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Rekey.Benchmarks.Redaction;

/// <summary>What absolute figures belong to.</summary>
internal static class Machine
{
    private const string Processors = "/proc/cpuinfo";

    public static string Description =>
        $"{Processor}, {System.Environment.ProcessorCount} cores, AVX-512 {(Avx512DQ.IsSupported ? "used" : "not used")}, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}";

    private static string Processor => File.Exists(Processors)
        ? File.ReadLines(Processors).First(static line => line.StartsWith("model name", StringComparison.Ordinal)).Split(':')[1].Trim()
        : RuntimeInformation.ProcessArchitecture.ToString();
}
