using System.Diagnostics.CodeAnalysis;
using System.Runtime.Versioning;
using System.Text;
using Rekey.Redaction;

namespace Rekey.Cli;

/// <summary>Standard input, output and error of this process. What people read passes through the redactor.</summary>
internal sealed class Terminal : IDisposable
{
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(1);

    private readonly Lazy<TextWriter> _out;

    /// <param name="input">Belongs to the protocol while a server runs.</param>
    /// <param name="output">Belongs to the protocol while a server runs.</param>
    /// <param name="error">Where people are spoken to while a server runs.</param>
    /// <param name="redactor">Stands before everything that people read.</param>
    public Terminal(Stream input, Stream output, TextWriter error, SecretRedactor redactor)
    {
        Input = input;
        Output = output;
        (RawInput, RawOutput) = (input, output);
        Error = new RedactingWriter(error, redactor);
        _out = new(() => new RedactingWriter(new StreamWriter(output, new UTF8Encoding(false), leaveOpen: true) { AutoFlush = true, NewLine = "\n" }, redactor));
    }

    public Stream Input { get; }

    public Stream Output { get; }

    /// <summary>Standard input for a filter: where none was given it says so, and does not merely end.</summary>
    public Stream RawInput { get; private init; }

    /// <summary>Standard output for a filter: of a reader that has gone it says so, where the system does.</summary>
    public Stream RawOutput { get; private init; }

    public TextWriter Error { get; }

    /// <summary>Standard output as text, for commands that are no server.</summary>
    public TextWriter Out => _out.Value;

    /// <summary>Opens the console. A stray write to it, by whatever library, goes to standard error from now on and disturbs no protocol.</summary>
    [SuppressMessage("ApiDesign", "RS0030:Do not use banned APIs", Justification = "This is the one place that opens the console.")]
    public static Terminal Open(SecretRedactor redactor)
    {
        var terminal = OperatingSystem.IsWindows()
            ? new Terminal(new ConsoleInput(Console.OpenStandardInput()), Console.OpenStandardOutput(), Utf8(Console.OpenStandardError()), redactor)
            : OpenUnix(redactor);
        Console.SetOut(terminal.Error);
        Console.SetError(terminal.Error);
        Console.SetIn(TextReader.Null);
        return terminal;
    }

    public void Dispose()
    {
        if (_out.IsValueCreated)
            _out.Value.Dispose();
        // A client that does not read standard error does not keep the process alive.
        Task.Run(Error.Dispose).Wait(LastWords);
    }

    [UnsupportedOSPlatform("windows")]
    [SuppressMessage("ApiDesign", "RS0030:Do not use banned APIs", Justification = "It opens the console for Open.")]
    private static Terminal OpenUnix(SecretRedactor redactor)
    {
        var input = new UnixStandardInput();
        var output = new UnixStandardOutput();
        var cancellable = new ConsoleInput(input);
        return new Terminal(
            input.IsGiven ? cancellable : Stream.Null,
            output.IsGiven ? Console.OpenStandardOutput() : Stream.Null,
            Utf8(new UnixStandardError()),
            redactor)
        {
            RawInput = cancellable,
            RawOutput = output,
        };
    }

    private static StreamWriter Utf8(Stream stream) => new(stream, new UTF8Encoding(false)) { AutoFlush = true };
}
