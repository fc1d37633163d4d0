using System.Text;
using Rekey.Cli.Commands;
using Rekey.Cli.Control;
using Rekey.Cli.Tests.Configuration;
using Rekey.Redaction;
using Rekey.Testing;

namespace Rekey.Cli.Tests.Commands;

/// <summary>Runs commands in this process, with an environment and a folder of their own. Everything they print is checked for secrets.</summary>
public abstract class CommandTest : LeakCheckedTest
{
    protected TemporaryFolder Folder { get; } = new();

    protected FakeEnvironment Environment { get; } = new();

    /// <summary>What the command reads.</summary>
    protected Stream Input { get; set; } = Stream.Null;

    private protected IControlTransport Control { get; set; } = ControlTransports.For(new FakeEnvironment());

    private protected async Task<Outcome> RunAsync(params string[] args)
    {
        using var output = new MemoryStream();
        using var error = new StringWriter();
        int code;
        using (var terminal = new Terminal(Input, output, error, Redactor))
        {
            var surroundings = new Surroundings
            {
                Terminal = terminal,
                Redactor = Redactor,
                Environment = Environment,
                Control = Control,
                IsWindows = false,
            };
            code = await CommandRunner.RunAsync(args, surroundings, TestContext.Current.CancellationToken);
        }
        return new Outcome(code, Observe(Encoding.UTF8.GetString(output.ToArray())), Observe(error.ToString()));
    }

    private protected SecretRedactor Redactor { get; } = new();

    /// <summary>Writes a configuration and says where.</summary>
    protected string Configure(string credentials) => Folder.File("rekey.json", $$"""{ "credentials": { {{credentials}} } }""");

    public override ValueTask DisposeAsync()
    {
        Folder.Dispose();
        return base.DisposeAsync();
    }

    private protected sealed record Outcome(int Code, string Output, string Error);
}
