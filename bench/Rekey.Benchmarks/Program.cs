using System.Globalization;
using Rekey.Benchmarks;
using Rekey.Benchmarks.Get;
using Rekey.Benchmarks.Open;
using Rekey.Benchmarks.Redaction;
using Rekey.Benchmarks.Rotation;
using Rekey.Benchmarks.Start;

switch (args)
{
    case ["get", ..]:
        GetBenchmark.Run();
        return 0;
    case ["open", ..]:
        await OpenBenchmark.RunAsync();
        return 0;
    case ["start", ..]:
        await StartBenchmark.RunAsync();
        return 0;
    case ["rotation", .. var rest]:
        await RotationBenchmark.RunAsync(rest is [var n] ? int.Parse(n, CultureInfo.InvariantCulture) : 20);
        return 0;
    case ["redact", .. var rest]:
        return RedactBenchmark.Run(isQuick: rest is ["quick"]);
    case ["coverage", .. var rest]:
        return CoverageBenchmark.Run(rest is [var seed] ? int.Parse(seed, CultureInfo.InvariantCulture) : 3);
    case ["flood", ..]:
        return FloodBenchmark.Run();
    case ["fuzz", .. var rest]:
        return FuzzBenchmark.Run(
            rest is [var seconds, ..] ? int.Parse(seconds, CultureInfo.InvariantCulture) : 60,
            rest is [_, var first] ? int.Parse(first, CultureInfo.InvariantCulture) : Random.Shared.Next(1_000_000_000));
    default:
        Report.Line("Usage: get | open | start | rotation [rotations of each kind] | redact [quick] | flood | coverage [seed] | fuzz [seconds] [seed]");
        return 1;
}
