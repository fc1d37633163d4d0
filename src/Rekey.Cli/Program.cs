using Rekey.Cli;
using Rekey.Cli.Commands;

var surroundings = Surroundings.OfProcess();
using var terminal = surroundings.Terminal;
LastResort.StandBy(terminal);
using var stop = StopSignals.Listen();
return await CommandRunner.RunAsync(args, surroundings, stop.Token).ConfigureAwait(false);
