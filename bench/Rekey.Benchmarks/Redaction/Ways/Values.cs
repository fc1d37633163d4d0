using Rekey.Redaction;

namespace Rekey.Benchmarks.Redaction.Ways;

/// <summary>Rekey's search for values, in every writing.</summary>
internal sealed class Values(SecretRedactor redactor) : Way("Rekey, values")
{
    private byte[] _message = [];

    public override void Load(byte[] message) => _message = message;

    public override int Scan() => redactor.FindsAnywhere(_message) ? 1 : 0;
}
