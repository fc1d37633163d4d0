using System.Buffers;
using Rekey.Redaction;

namespace Rekey.Benchmarks.Redaction.Ways;

/// <summary>What a door does: values and patterns, and where there is one, the message is written anew and checked again.</summary>
internal sealed class WholeRedaction(SecretRedactor redactor) : Way("Rekey, values and patterns")
{
    private byte[] _message = [];
    private ArrayBufferWriter<byte> _output = new();

    public override void Load(byte[] message) => (_message, _output) = (message, new ArrayBufferWriter<byte>(message.Length + 1024));

    public override int Scan()
    {
        _output.ResetWrittenCount();
        return redactor.TryRedact(_message, _output) ? 1 : 0;
    }
}
